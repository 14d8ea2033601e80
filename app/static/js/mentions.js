// `@` in a note offers those who see the ticket, by name, reading or address; what is chosen is stored as an address.

import { isComposing } from "./composing.js";
import { fragment } from "./api.js";
import { byId, make, openNumber } from "./page.js";

const SHOWN = 8;
const BEGUN = /(?:^|[^\w.+-])[@＠]([^\s@＠]{0,30})$/;
const field = byId("note-text");
const box = byId("mention-list");
const people = new Map();
let chosen = 0;

field.addEventListener("input", offer);
field.addEventListener("click", offer);
field.addEventListener("blur", close);
box.addEventListener("pointerdown", (event) => {
  event.preventDefault();
  const option = event.target.closest("[role=option]");
  if (option) insert(option);
});

field.addEventListener("keydown", (event) => {
  if (box.hidden || isComposing(event) || event.ctrlKey || event.metaKey || event.altKey) return;
  const act = { ArrowDown: () => choose(chosen + 1), ArrowUp: () => choose(chosen - 1), Enter: pick, Tab: pick, Escape: close }[event.key];
  if (!act) return;
  event.preventDefault();
  act();
});

const begun = () => field.value.slice(0, field.selectionStart).match(BEGUN);

async function offer() {
  if (!begun()) return close();
  const known = await peopleOf(openNumber());
  const found = begun();
  if (!found || document.activeElement !== field) return close();
  const words = fold(found[1]);
  const fitting = known.filter((person) => person.words.some((word) => word.includes(words)));
  show(fitting.slice(0, SHOWN));
}

function peopleOf(number) {
  if (!people.has(number)) people.set(number, load(number));
  return people.get(number);
}

async function load(number) {
  try {
    const found = JSON.parse(await fragment(`/tickets/${number}/people`, "ticket-pane"));
    return found.map((person) => ({ ...person, words: [person.name, person.reading, person.email].map(fold) }));
  } catch {
    people.delete(number);
    return [];
  }
}

// Width, case and the two kana make no difference, nor does the space in a name.
function fold(text) {
  const plain = text.normalize("NFKC").toLowerCase().replace(/\s/g, "");
  return plain.replace(/[ァ-ヶ]/g, (kana) => String.fromCharCode(kana.charCodeAt(0) - 0x60));
}

function show(found) {
  box.replaceChildren(...found.map(option));
  box.hidden = !found.length;
  if (found.length) choose(0);
  else field.removeAttribute("aria-activedescendant");
}

function option({ id, name, email }) {
  const line = make("li", { role: "option", id: `mention-${id}`, class: "mention-option" }, make("b", {}, name), make("span", {}, email));
  line.dataset.email = email;
  return line;
}

function choose(place) {
  const options = [...box.children];
  chosen = (place + options.length) % options.length;
  options.forEach((each, number) => each.setAttribute("aria-selected", String(number === chosen)));
  field.setAttribute("aria-activedescendant", options[chosen].id);
  options[chosen].scrollIntoView({ block: "nearest" });
}

function pick() {
  insert(box.children[chosen]);
}

function insert({ dataset }) {
  const end = field.selectionStart;
  const start = end - begun()[1].length - 1;
  field.setRangeText(`@${dataset.email} `, start, end, "end");
  field.dispatchEvent(new Event("input", { bubbles: true }));
  close();
}

function close() {
  box.hidden = true;
  field.removeAttribute("aria-activedescendant");
}
