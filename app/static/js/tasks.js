// Callbacks, on their ticket and on my page: done, put off, given to somebody else, each with its way back.

import { on } from "./actions.js";
import { api } from "./api.js";
import { dueAt, instantOf, localOf } from "./due.js";
import { flash, flashProblem } from "./flash.js";
import { byId, t } from "./page.js";

const MENU = /^task-(later|give)-(\d+)$/;
const dialog = byId("due-dialog");
const field = byId("due-field");
let afterChange = async () => {};
let asking = null;

// Called when a task was changed in this window.
export function onTaskChange(listener) {
  afterChange = listener;
}

const pathOf = (id) => `/tickets/${byId(`task-${id}`).dataset.ticket}/tasks/${id}`;

async function change(path, json, words, undo) {
  try {
    await api("PATCH", path, { json });
    await afterChange();
    flash(words, { undo });
  } catch (problem) {
    flashProblem(problem);
  }
}

function finish(id) {
  const path = pathOf(id);
  change(path, { is_done: true }, t("task_done"), () => change(path, { is_done: false }, t("undone")));
}

const putOff = (path, at) => change(path, { due_at: at.toISOString() }, t("task_put_off"));

function ask(path, id) {
  asking = path;
  const shown = byId(`task-${id}`).querySelector(".task__due time").dateTime;
  field.value = localOf(new Date(Math.max(new Date(shown), Date.now() + 3_600_000)));
  field.min = localOf(new Date());
  complain("");
  dialog.showModal();
}

function complain(message) {
  byId("due-error").textContent = message;
  byId("due-error").hidden = !message;
  if (message) field.focus();
}

byId("due-form").addEventListener("submit", async (event) => {
  event.preventDefault();
  if (!field.value) return complain(t("time_needed"));
  dialog.close();
  await putOff(asking, instantOf(field.value));
});

document.addEventListener("menu-choose", ({ detail }) => {
  const [, what, id] = detail.id.match(MENU) ?? [];
  if (!what) return;
  const [value] = detail.values;
  if (what === "give") change(pathOf(id), { assignee_id: value ? Number(value) : null }, t("task_given"));
  else if (value === "ask") setTimeout(() => ask(pathOf(id), id));
  else putOff(pathOf(id), dueAt(value));
});

on("task-done", ({ dataset }) => finish(dataset.task));
on("task-undone", ({ dataset }) => change(pathOf(dataset.task), { is_done: false }, t("undone")));
