// Under which of its mailbox's addresses a letter leaves. With one address there is nothing to choose.

import { byId, make } from "../page.js";

const field = byId("composer-sender-field");
const choice = byId("composer-sender");
let wanted = "";

export const sender = () => choice.value;

// What was chosen stays where the mailbox has it too.
export function showSenders({ senders = [], sender: first = "" } = {}) {
  choice.replaceChildren(...senders.map(({ name, address }) => make("option", { value: address }, `${name} <${address}>`)));
  choice.value = senders.some(({ address }) => address === wanted) ? wanted : first;
  field.hidden = senders.length < 2;
}

export function chooseSender(address) {
  wanted = address;
  if ([...choice.options].some(({ value }) => value === address)) choice.value = address;
}

choice.addEventListener("change", () => {
  wanted = choice.value;
});
