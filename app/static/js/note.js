// The yellow note form. Its text is kept in this browser, per ticket, until it is left as a note.

import { on } from "./actions.js";
import { fragment } from "./api.js";
import { isComposing } from "./composing.js";
import { byId, clockTime, desk, openNumber, t } from "./page.js";
import { stoppedTyping, typed } from "./presence.js";
import { drawTicket, onTicketChange, scrollToEnd } from "./ticket.js";

const form = byId("note-form");
const field = byId("note-text");
const error = byId("note-error");
let number = null;

const key = () => `madoguchi-note-${desk.agent.id}-${number}`;

onTicketChange(({ isNew }) => {
  if (isNew) begin();
});

function begin() {
  number = openNumber();
  field.value = (number && localStorage.getItem(key())) || "";
  form.hidden = !field.value;
  say("");
  error.hidden = true;
}

function open() {
  form.hidden = false;
  field.focus();
  scrollToEnd();
}

function close() {
  form.hidden = true;
  document.querySelector('#dock-bar [data-action="note"]')?.focus();
}

const say = (text) => {
  byId("note-saved").textContent = text;
};

field.addEventListener("input", () => {
  if (field.value) localStorage.setItem(key(), field.value);
  else localStorage.removeItem(key());
  say(field.value ? t("saved", { time: clockTime() }) : "");
  typed();
});

field.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || isComposing(event)) return;
  event.preventDefault();
  form.requestSubmit();
});

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const button = form.querySelector("[type=submit]");
  if (!field.value.trim() || button.disabled) return field.focus();
  const sent = { number, key: key(), text: field.value };
  button.disabled = true;
  error.hidden = true;
  try {
    const html = await fragment(`/tickets/${sent.number}/notes`, "ticket-pane", { method: "POST", form: new URLSearchParams({ text: sent.text }) });
    localStorage.removeItem(sent.key);
    if (openNumber() === sent.number) await finish(html);
  } catch (problem) {
    error.textContent = problem.detail || problem.title;
    error.hidden = false;
  } finally {
    button.disabled = false;
  }
});

async function finish(html) {
  stoppedTyping();
  field.value = "";
  say("");
  form.hidden = true;
  await drawTicket(html);
  scrollToEnd();
}

on("note", open);
on("close-note", close);
