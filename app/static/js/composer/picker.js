// Ctrl+; finds a template by name, reading or text and puts it in where the cursor was.

import { on } from "../actions.js";
import { fragment } from "../api.js";
import { flashProblem } from "../flash.js";
import { isComposing } from "../composing.js";
import { byId, make } from "../page.js";
import { replace } from "../swap.js";
import { blanks, fieldsIn, jumpToBlank, marked, showBlanks } from "./blanks.js";
import { form, state, subjectField, textField } from "./elements.js";
import { recipients } from "./recipients.js";

const PAUSE = 120;
const dialog = byId("template-picker");
const query = byId("picker-query");
const preview = byId("picker-preview");
let range = [0, 0];
let timer = null;
let asked = 0;
let shownFor = null;

const offers = () => [...byId("offers").querySelectorAll("[role=option]")];
const chosen = () => byId("offers").querySelector('[aria-selected="true"]');

function open() {
  if (!state.mode || dialog.open || document.querySelector("dialog[open]")) return;
  range = [textField.selectionStart, textField.selectionEnd];
  query.value = "";
  shownFor = null;
  dialog.showModal();
  query.focus();
  find();
}

function about() {
  if (state.mode === "reply") return { ticket: state.number };
  const [to] = recipients.to.people;
  return { channel: byId("composer-channel").value, to: to?.address ?? "", name: to?.name ?? "" };
}

async function find() {
  const request = (asked += 1);
  const wanted = query.value;
  clearTimeout(timer);
  try {
    const html = await fragment(`/templates/offers?${new URLSearchParams({ ...about(), q: wanted })}`, "offers");
    if (request !== asked || !dialog.open) return;
    await replace(byId("picker-list"), html);
    shownFor = wanted;
    choose(offers()[0]);
  } catch (problem) {
    dialog.close();
    flashProblem(problem);
  }
}

function choose(offer) {
  for (const each of offers()) each.setAttribute("aria-selected", each === offer);
  query.setAttribute("aria-activedescendant", offer?.id ?? "");
  offer?.scrollIntoView({ block: "nearest" });
  const text = offer?.dataset.text ?? "";
  const title = offer?.dataset.subject ? [make("p", { class: "picker__subject" }, offer.dataset.subject)] : [];
  preview.replaceChildren(...title, make("div", { class: "picker__text" }, ...marked(text, fieldsIn(text, state.frame))));
}

function step(by) {
  const all = offers();
  choose(all[(all.indexOf(chosen()) + by + all.length) % all.length]);
}

// What Enter takes is what stands on top for the words that are typed, however fast they were.
async function insertChosen() {
  if (shownFor !== query.value) await find();
  if (shownFor === query.value) insert(chosen());
}

function insert(offer) {
  if (!offer) return;
  const { text, subject, template } = offer.dataset;
  const before = blanks().length;
  dialog.close();
  textField.focus();
  textField.setSelectionRange(...range);
  put(text);
  if (state.mode === "new" && subject && !subjectField.value.trim()) subjectField.value = subject;
  form.dispatchEvent(new Event("input", { bubbles: true }));
  showBlanks();
  if (blanks().length > before) jumpToBlank(blanks().findIndex(({ at }) => at >= range[0]));
  fragment(`/templates/${template}/uses`, "composer", { method: "POST" }).catch(() => {});
}

// The browser's own command keeps its undo; where there is none, the text is put in without.
function put(text) {
  if (!document.execCommand("insertText", false, text)) textField.setRangeText(text, ...range, "end");
}

query.addEventListener("input", () => {
  clearTimeout(timer);
  timer = setTimeout(find, PAUSE);
});
query.addEventListener("keydown", (event) => {
  if (isComposing(event)) return;
  const keys = { ArrowDown: () => step(1), ArrowUp: () => step(-1), Enter: insertChosen };
  if (!(event.key in keys)) return;
  event.preventDefault();
  keys[event.key]();
});
byId("picker-list").addEventListener("click", ({ target }) => insert(target.closest("[role=option]")));
byId("picker-list").addEventListener("pointermove", ({ target, pointerType }) => {
  const offer = target.closest("[role=option]");
  if (pointerType === "mouse" && offer && offer !== chosen()) choose(offer);
});
dialog.addEventListener("click", ({ target }) => target === dialog && dialog.close());
dialog.addEventListener("close", () => textField.focus());
document.addEventListener("keydown", (event) => {
  const isKey = (event.ctrlKey || event.metaKey) && !event.altKey && (event.key === ";" || event.code === "Semicolon");
  if (!isKey || isComposing(event) || !state.mode) return;
  event.preventDefault();
  open();
});
on("templates", open);
on("jump-to-blank", ({ dataset }) => jumpToBlank(Number(dataset.index)));
