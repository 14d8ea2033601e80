// Merge fields that nothing is known for: red in the text, and listed below it to jump to. They stop the send.

import { byId, make } from "../page.js";
import { state, textField } from "./elements.js";

const FIELD = /\\[{｛]{2}|[{｛]{2}(?:([^{}｛｝\n]*)[}｝]{2})?/g;
const list = byId("composer-blanks");
const shelf = byId("blank-list");
const marks = byId("composer-marks");

// Every field in our own lines: where it stands, how it is written, what it would be filled with.
export function fieldsIn(text, { values = {}, later = [] } = {}) {
  return [...text.matchAll(FIELD)].filter((found) => !found[0].startsWith("\\") && !isQuoted(text, found.index)).map((found) => {
    const name = (found[1] ?? "").normalize("NFKC").trim().toLowerCase();
    const mayBeEmpty = name.endsWith("?");
    const key = mayBeEmpty ? name.slice(0, -1).trim() : name;
    return { at: found.index, written: found[0], value: values[key], isKnown: key in values || later.includes(key) || mayBeEmpty };
  });
}

export const isTypingKana = () => textField.hasAttribute("data-my-composing");

const isQuoted = (text, at) => text[text.lastIndexOf("\n", at - 1) + 1] === ">";

export const blanks = () => fieldsIn(textField.value, state.frame).filter(({ isKnown }) => !isKnown);

export function showBlanks() {
  const found = fieldsIn(textField.value, state.frame);
  const open = found.filter(({ isKnown }) => !isKnown);
  marks.replaceChildren(...(found.length ? marked(textField.value, found) : []));
  const names = JSON.stringify(open.map(({ written }) => written));
  list.hidden = !open.length;
  if (shelf.dataset.shown === names) return;
  shelf.dataset.shown = names;
  shelf.replaceChildren(...open.map(({ written }, index) => make("li", {}, make("button", { type: "button", class: "blank", "data-action": "jump-to-blank", "data-index": index }, label(written)))));
}

export const label = (written) => written.replace(/[{}｛｝]/g, "").trim() || written;

// The text again, with its fields as marked pieces: for the eyes only, it lies behind the text.
export function marked(text, found) {
  const pieces = [];
  let at = 0;
  for (const field of found) {
    pieces.push(text.slice(at, field.at), make("mark", { class: field.isKnown ? "field-mark" : "field-mark field-mark--open" }, field.written));
    at = field.at + field.written.length;
  }
  return [...pieces, `${text.slice(at)}\n`];
}

// Selected, so that what is typed takes its place.
export function jumpToBlank(index = 0) {
  const field = blanks()[index];
  if (!field) return false;
  textField.focus();
  textField.setSelectionRange(field.at, field.at + field.written.length);
  marks.querySelectorAll(".field-mark--open")[index]?.scrollIntoView({ block: "nearest" });
  return true;
}

// What has become known since, such as a company that was just entered beside the ticket.
export function fillKnown() {
  if (isTypingKana()) return;
  for (const { at, written, value } of fieldsIn(textField.value, state.frame).reverse()) {
    if (value) textField.setRangeText(value, at, at + written.length, "preserve");
  }
}

textField.addEventListener("input", showBlanks);
textField.addEventListener("compositionstart", () => textField.setAttribute("data-my-composing", ""));
textField.addEventListener("compositionend", () => textField.removeAttribute("data-my-composing"));
