// Greeting and signature around an empty letter. What somebody changed in them is theirs and stays.

import { fragment } from "../api.js";
import { byId } from "../page.js";
import { fillKnown, showBlanks } from "./blanks.js";
import { isUntouched, rememberInitial } from "./content.js";
import { state, textField } from "./elements.js";
import { recipients } from "./recipients.js";
import { showSenders } from "./senders.js";

const NONE = { greeting: "", signature: "", values: {}, later: [], senders: [], sender: "", charset: "", talk: null };
let asked = 0;
let askedFor = "";

export function useFrame(frame) {
  state.frame = { ...NONE, ...frame };
  showSenders(state.frame);
  askedFor = "";
}

// Where one begins to write: below the greeting.
export const startOfLetter = () => (textField.value.startsWith(state.frame.greeting) && state.frame.greeting ? state.frame.greeting.length + 2 : 0);

// Of a new mail; null when another one is asked for meanwhile.
export async function readFrame() {
  const request = (asked += 1);
  const query = (askedFor = place());
  const frame = JSON.parse(await fragment(`/letters/opening?${query}`, "composer"));
  return request === asked && state.mode === "new" ? { ...NONE, ...frame } : null;
}

function place() {
  const [to] = recipients.to.people;
  return new URLSearchParams({ channel: byId("composer-channel").value, to: to?.address ?? "", name: to?.name ?? "" }).toString();
}

// When its mailbox or its first recipient is another one.
export async function changeFrame() {
  if (askedFor === place()) return;
  const frame = await readFrame().catch(() => null);
  if (frame) reframe(frame);
}

export function reframe(frame) {
  const wasUntouched = isUntouched();
  const known = askedFor;
  swap(state.frame, { ...NONE, ...frame });
  useFrame(frame);
  askedFor = known;
  fillKnown();
  if (wasUntouched) rememberInitial();
  showBlanks();
}

// Each part by itself, and only where it stands as it was put in.
function swap(before, after) {
  const text = textField.value;
  const isBare = !text.replace(before.signature, "").trim();
  if (before.signature !== after.signature && text.endsWith(before.signature)) {
    const glue = before.signature || !after.signature ? "" : "\n\n";
    textField.setRangeText(glue + after.signature, text.length - before.signature.length, text.length, "preserve");
  }
  if (before.greeting !== after.greeting && text.startsWith(before.greeting) && (before.greeting || isBare)) {
    const glue = before.greeting || !after.greeting ? "" : "\n\n";
    textField.setRangeText(after.greeting + glue, 0, before.greeting.length, "preserve");
  }
}
