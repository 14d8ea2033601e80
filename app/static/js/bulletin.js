// Handover notes and announcements: written, done and read from wherever one is.

import { on } from "./actions.js";
import { api, fragment } from "./api.js";
import { flash, flashProblem } from "./flash.js";
import { byId, openNumber, t } from "./page.js";
import { clearErrors, showErrors } from "./problems.js";
import { morph } from "./swap.js";

const dialog = byId("handover-dialog");
const form = byId("handover-form");
let opener = null;
let afterChange = () => {};

// Called when something was written, done or read in this window.
export function onBulletinChange(listener) {
  afterChange = listener;
}

export function showHandovers(count) {
  const element = byId("handover-count");
  element.textContent = count;
  element.hidden = !count;
}

export async function refreshBars() {
  const bars = byId("bars");
  const hadFocus = bars.contains(document.activeElement);
  await morph(bars, await fragment("/bulletin", "bars"), "outerMorph");
  if (hadFocus && !byId("bars").contains(document.activeElement)) (byId("bars").querySelector("button") ?? byId("main")).focus();
}

function open() {
  opener = document.activeElement;
  clearErrors(form);
  if (openNumber()) byId("handover-ticket").value = openNumber();
  dialog.showModal();
  byId("handover-text").focus();
}

async function handOver() {
  const button = form.querySelector("[type=submit]");
  const read = Object.fromEntries(new FormData(form));
  const number = read.ticket_number.normalize("NFKC").replace(/[#\s]/g, "");
  clearErrors(form);
  button.disabled = true;
  try {
    await api("POST", "/handover-notes", { json: { text: read.text, team_id: read.team_id, ticket_number: number } });
    form.reset();
    dialog.close();
    flash(t("handed_over"));
    await afterChange();
  } catch (problem) {
    showErrors(form, problem, byId("handover-error"));
  } finally {
    button.disabled = false;
  }
}

async function change(method, path, words = "", undo = undefined) {
  try {
    await api(method, path);
    if (words) flash(words, { undo });
    await afterChange();
  } catch (problem) {
    flashProblem(problem);
  }
}

const done = (id) => change("POST", `/handover-notes/${id}/done`, t("note_done"), () => undone(id));
const undone = (id) => change("DELETE", `/handover-notes/${id}/done`);

async function read(id) {
  await change("POST", `/announcements/${id}/reading`);
  await refreshBars().catch(flashProblem);
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  handOver();
});
dialog.addEventListener("close", () => opener?.isConnected && opener.focus());

on("hand-over", open);
on("note-done", ({ dataset }) => done(dataset.note));
on("note-undone", ({ dataset }) => undone(dataset.note));
on("read-announcement", ({ dataset }) => read(dataset.announcement));
