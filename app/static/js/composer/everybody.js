// Reply to all: everybody else who had the mail joins in Cc, from the start or later. Whoever wrote on the ticket and is
// not answered is named: it may hold the mails of several customers.

import { byId, t } from "../page.js";
import { pageData } from "./bar.js";
import { state } from "./elements.js";
import { recipients } from "./recipients.js";

const keyOf = ({ address }) => address.toLowerCase();

function leftOut(kind) {
  if (state.mode !== "reply" || state.forwardOf) return [];
  const there = new Set(Object.values(recipients).flatMap(({ people }) => people.map(keyOf)));
  return pageData().reply[kind].filter((person) => !there.has(keyOf(person)));
}

export function addEverybody() {
  recipients.cc.people = [...recipients.cc.people, ...leftOut("cc")];
  recipients.cc.onChange();
}

// Offered, and said, as long as somebody is left out.
export function showWhetherAll() {
  byId("add-all").hidden = !leftOut("cc").length;
  const others = leftOut("writers").map(({ name, address }) => (name ? `${name} <${address}>` : address));
  const note = byId("composer-unanswered");
  note.hidden = !others.length;
  note.textContent = others.length ? t("unanswered", { names: others.join(", ") }) : "";
}
