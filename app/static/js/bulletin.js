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
let changed = null;
let afterChange = () => {};

// Called when something was written, done or read in this window.
export function onBulletinChange(listener) {
  afterChange = listener;
}

export async function refreshBars() {
  const bars = byId("bars");
  const hadFocus = bars.contains(document.activeElement);
  await morph(bars, await fragment(`/bulletin?place=${byId("desk").dataset.place}`, "bars"), "outerMorph");
  if (hadFocus && !byId("bars").contains(document.activeElement)) (byId("bars").querySelector("button") ?? byId("main")).focus();
}

// A new one keeps what was begun; one that is changed comes as it stands.
function open() {
  if (changed) form.reset();
  begin(null);
  if (openNumber()) byId("handover-ticket").value = openNumber();
}

function openNote({ dataset }) {
  begin(dataset.note);
  byId("handover-text").value = dataset.text;
  byId("handover-team").value = dataset.team;
  byId("handover-ticket").value = dataset.ticket;
}

function begin(note) {
  opener = document.activeElement;
  changed = note;
  for (const id of ["handover-form-title", "handover-submit"]) {
    byId(id).textContent = note ? byId(id).dataset.change : byId(id).dataset.new;
  }
  clearErrors(form);
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
    const json = { text: read.text, team_id: read.team_id, ticket_number: number };
    await (changed ? api("PUT", `/handover-notes/${changed}`, { json }) : api("POST", "/handover-notes", { json }));
    form.reset();
    dialog.close();
    flash(t(changed ? "done" : "handed_over"));
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
on("note-change", openNote);
on("note-done", ({ dataset }) => done(dataset.note));
on("note-undone", ({ dataset }) => undone(dataset.note));
on("read-announcement", ({ dataset }) => read(dataset.announcement));
