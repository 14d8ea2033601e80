// The phone note: what is typed is kept, Ctrl+Enter saves it, and one is back where one was.

import { on } from "../actions.js";
import { api } from "../api.js";
import { isComposing } from "../composing.js";
import { dueAt, instantOf, localOf } from "../due.js";
import { byId, clockTime, desk, t } from "../page.js";
import { clearErrors, showErrors } from "../problems.js";
import { caller, choose, chosenTicket, look, release, startCallers } from "./callers.js";
import { dropDraft, idempotencyKey, keepDraft, readDraft } from "./draft.js";
import { goBack, goBackSaved } from "./open.js";

const FIELDS = ["direction", "tel", "name", "reading", "company", "content", "answer", "category_id", "assignee_id", "status", "callback", "due", "channel_id"];
const form = byId("call-form");
const own = Number(form?.dataset.ticket) || null;
let wasMissed = false;

const value = (name) => form.elements[name]?.value ?? "";
const ticketNumber = () => own ?? chosenTicket();

export function startForm() {
  if (!form) return;
  if (own) byId("call-assignee").value = "keep";
  startCallers({ fields: own ? [] : [byId("call-tel"), byId("call-name")], change: changed });
  restore();
  changed();
  if (byId("call-tel").value && !own && !caller()) look(byId("call-tel"));
  form.addEventListener("input", changed);
  form.addEventListener("change", changed);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    save();
  });
}

function restore() {
  const draft = readDraft();
  if (!draft?.values) return setWay();
  for (const name of FIELDS) if (draft.values[name] !== undefined && form.elements[name]) form.elements[name].value = draft.values[name];
  if (draft.caller) choose(draft.caller, draft.ticket);
  wasMissed = value("direction") === "missed";
  return tellSaved();
}

function changed({ target } = {}) {
  if (target?.name === "direction") setWay();
  if (target?.name === "callback" && target.value) setDue(target.value);
  if (target?.name === "ticket") byId("call-assignee").value = ticketNumber() ? "keep" : desk.agent.id;
  byId("call-keep").hidden = !ticketNumber();
  byId("call-due-box").hidden = !value("callback");
  showStatus();
  if (!target) return;
  keepDraft({ values: Object.fromEntries(FIELDS.map((name) => [name, value(name)])), caller: caller(), ticket: chosenTicket() });
  tellSaved();
}

function tellSaved() {
  byId("call-saved").textContent = t("saved_here", { time: clockTime() });
}

// Nobody has a missed call yet, and somebody is to call back.
function setWay() {
  const isMissed = value("direction") === "missed";
  if (isMissed === wasMissed) return;
  wasMissed = isMissed;
  if (!ticketNumber()) byId("call-assignee").value = isMissed ? "" : desk.agent.id;
  form.elements.callback.value = isMissed ? "minutes" : "";
  if (isMissed) setDue("minutes");
}

function setDue(name) {
  byId("call-due").value = localOf(name === "other" ? dueAt("hours") : dueAt(name));
  if (name === "other") setTimeout(() => byId("call-due").focus());
}

// What becomes of the ticket when nothing is chosen, in words.
function showStatus() {
  const isSettled = value("answer").trim() && !value("callback") && value("direction") !== "missed";
  const isAssigned = !["", "keep"].includes(value("assignee_id"));
  const key = isSettled ? "done" : isAssigned ? "in_progress" : "new";
  const name = desk.statuses.find((status) => status.key === key)?.name ?? "";
  byId("call-status-auto").textContent = ticketNumber() ? t("call_status_kept") : t("call_status_auto", { name });
}

function body() {
  const number = (name) => Number(value(name)) || null;
  const json = { direction: value("direction"), tel: value("tel"), content: value("content"), answer: value("answer"), category_id: number("category_id"), status: value("status") };
  if (ticketNumber()) json.ticket_number = ticketNumber();
  else if (form.elements.channel_id) json.channel_id = number("channel_id");
  if (caller()) json.customer_id = caller().id;
  else if (!own) json.customer = { name: value("name"), reading: value("reading"), company: value("company") };
  if (value("assignee_id") !== "keep") json.assignee_id = number("assignee_id");
  if (value("callback") && value("due")) json.callback = { due_at: instantOf(value("due")).toISOString() };
  return json;
}

async function save() {
  const button = form.querySelector("[type=submit]");
  if (button.disabled) return;
  clearErrors(form);
  const json = body();
  button.disabled = true;
  try {
    const { number } = await api("POST", "/calls", { json, headers: { "Idempotency-Key": idempotencyKey(JSON.stringify(json)) } });
    dropDraft();
    goBackSaved(number);
  } catch (problem) {
    button.disabled = false;
    showErrors(form, problem, byId("call-form-error"));
  }
}

function startOver() {
  dropDraft();
  form.reset();
  release();
  byId("call-saved").textContent = "";
  wasMissed = false;
  setWay();
  changed();
  byId("call-tel").focus();
}

document.addEventListener("keydown", (event) => {
  if (isComposing(event) || event.defaultPrevented || document.querySelector("dialog[open], [popover]:popover-open")) return;
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && form) {
    event.preventDefault();
    save();
  } else if (event.key === "Escape") goBack();
});

on("leave-call", () => goBack());
on("clear-call", startOver);
