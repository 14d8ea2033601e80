// Two tickets become one, messages go to another, tickets are linked: one dialog that asks, and the way back after it.

import { on } from "./actions.js";
import { api, fragment } from "./api.js";
import { tickedNumbers, untick } from "./bulk.js";
import { isComposing } from "./composing.js";
import { flash, flashProblem } from "./flash.js";
import { byId, openNumber, t } from "./page.js";
import { openTicket } from "./routing.js";
import { replace } from "./swap.js";
import { refreshTicket } from "./ticket.js";

const PAUSE = 200;
const dialog = byId("joining-dialog");
const form = byId("joining-form");
let act = null;
let timer;
let asked = 0;

export const askMerge = () => openNumber() && ask("merge", `/tickets/${openNumber()}/joining?purpose=merge`, merge);
export const askSplit = () => openNumber() && ask("split", `/tickets/${openNumber()}/joining/messages`, split);
export const askLink = () => openNumber() && ask("link", `/tickets/${openNumber()}/joining?purpose=link`, link);

export function askMergeTicked() {
  const numbers = tickedNumbers();
  if (numbers.length < 2) flash(t("joining_tick_two"), { isWrong: true });
  else ask("several", `/joining/several?${numbers.map((number) => `number=${number}`).join("&")}`, (chosen) => mergeAll(numbers, chosen));
}

export async function ask(purpose, url, perform) {
  try {
    await replace(byId("joining-body"), await fragment(url, "joining-body"));
  } catch (problem) {
    flashProblem(problem);
    return;
  }
  act = { perform, number: openNumber() };
  byId("joining-title").textContent = t(`joining_${purpose}`);
  byId("joining-save").textContent = t(`joining_${purpose}_do`);
  complain("");
  dialog.showModal();
  (form.querySelector("[name='message']") ?? byId("joining-q") ?? form.querySelector("[name='into']")).focus();
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  if (form.getAttribute("aria-busy") === "true") return;
  form.setAttribute("aria-busy", "true");
  complain("");
  try {
    await act.perform(readChosen());
    dialog.close();
  } catch (problem) {
    complain(problem.detail || problem.title || problem.message);
  } finally {
    form.removeAttribute("aria-busy");
  }
});

// What is missing is said before anything is asked of the server.
function readChosen() {
  const data = new FormData(form);
  const messages = data.getAll("message").map(Number);
  const isNew = data.get("where") === "new";
  const into = Number(data.get("into")) || null;
  if (data.has("where") && !messages.length) throw new Error(t("joining_no_message"));
  if (!isNew && !into) throw new Error(t(data.has("customer") ? "joining_no_customer" : "joining_no_ticket"));
  return { number: act.number, into: isNew ? null : into, messages, keepsThis: data.get("remains") === "this", customer: Number(data.get("customer")) };
}

function complain(words) {
  byId("joining-error").textContent = words;
  byId("joining-error").hidden = !words;
}

async function merge({ number, into, keepsThis }) {
  const [gone, stays] = keepsThis ? [into, number] : [number, into];
  await api("POST", `/tickets/${gone}/merge`, { json: { into: stays } });
  await show(stays);
  flash(t("joining_merged", { number: gone, into: stays }), { undo: () => takeBack(`/tickets/${gone}/merge`, number) });
}

async function mergeAll(numbers, { into }) {
  const others = numbers.filter((number) => number !== into);
  const done = [];
  try {
    for (const number of others) {
      await api("POST", `/tickets/${number}/merge`, { json: { into } });
      done.push(number);
    }
  } finally {
    if (done.length) {
      untick();
      await show(into);
      flash(t("joining_merged_all", { count: done.length, into }), { undo: () => takeAllBack(done.reverse(), into) });
    }
  }
}

async function split({ number, into, messages }) {
  const path = `/tickets/${number}/${into ? "move" : "split"}`;
  const made = await api("POST", path, { json: into ? { message_ids: messages, into } : { message_ids: messages } });
  await refreshTicket();
  const words = t(into ? "joining_moved" : "joining_split_off", { count: messages.length, into: made.number });
  flash(words, { undo: () => takeBack(`${path}?into=${made.number}`, number) });
}

async function link({ number, into }) {
  await api("POST", `/tickets/${number}/links`, { json: { to: into } });
  await refreshTicket();
  flash(t("joining_linked", { into }), { undo: () => takeBack(`/tickets/${number}/links/${into}`, number) });
}

async function show(number) {
  if (openNumber() === number) await refreshTicket();
  else await openTicket(number, { focus: true });
}

async function takeBack(path, number) {
  try {
    await api("DELETE", path);
    await show(number);
    flash(t("undone"));
  } catch (problem) {
    flashProblem(problem);
  }
}

async function takeAllBack(numbers, into) {
  try {
    for (const number of numbers) await api("DELETE", `/tickets/${number}/merge`);
    await show(into);
    flash(t("undone"));
  } catch (problem) {
    flashProblem(problem);
  }
}

on("unlink", async ({ dataset }) => {
  const number = openNumber();
  const other = Number(dataset.number);
  try {
    await api("DELETE", `/tickets/${number}/links/${other}`);
    await refreshTicket();
    byId("ticket-title").focus({ preventScroll: true });
    flash(t("joining_unlinked", { into: other }), { undo: () => link({ number, into: other }).catch(flashProblem) });
  } catch (problem) {
    flashProblem(problem);
  }
});

on("unmerge", async ({ dataset }) => {
  const number = openNumber();
  const other = Number(dataset.number);
  try {
    await api("DELETE", `/tickets/${other}/merge`);
    await refreshTicket();
    byId("ticket-title").focus({ preventScroll: true });
    flash(t("joining_unmerged", { number: other }), { undo: () => merge({ number: other, into: number }).catch(flashProblem) });
  } catch (problem) {
    flashProblem(problem);
  }
});

// Looked for while one types, and not while an IME composes.
dialog.addEventListener("input", (event) => {
  if (event.target.id === "joining-q" && !isComposing(event)) lookSoon();
});
dialog.addEventListener("compositionend", ({ target }) => target.id === "joining-q" && lookSoon());

function lookSoon() {
  clearTimeout(timer);
  timer = setTimeout(look, PAUSE);
}

async function look() {
  const request = (asked += 1);
  const field = byId("joining-q");
  if (!field) return;
  try {
    const html = await fragment(`/tickets/${field.dataset.number}/${field.dataset.found ?? "joining/found"}?q=${encodeURIComponent(field.value)}`, "joining-found");
    const shown = byId("joining-found");
    if (request === asked && shown && !shown.contains(document.activeElement)) shown.outerHTML = html; // not under who chooses
  } catch (problem) {
    complain(problem.title);
  }
}

// From the words down to what was found; Enter there chooses, and never ends a conversion.
dialog.addEventListener("keydown", (event) => {
  if (event.target.id !== "joining-q" || !["Enter", "ArrowDown"].includes(event.key)) return;
  if (isComposing(event)) return;
  event.preventDefault();
  const first = form.querySelector("[name='into']:checked") ?? form.querySelector("[name='into']");
  if (!first) return;
  first.checked = true;
  first.focus();
});

const asks = { merge: askMerge, split: askSplit, link: askLink };

// After the list has given the focus back.
document.addEventListener("menu-choose", ({ detail }) => {
  if (detail.id === "more" && asks[detail.values[0]]) setTimeout(asks[detail.values[0]]);
  if (detail.id === "bulk-more" && detail.values[0] === "merge") setTimeout(askMergeTicked);
});
