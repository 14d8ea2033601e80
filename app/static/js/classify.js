// What the head of the ticket changes: one request for each act, the ticket as it is then, and an offer to undo it.

import { act, on } from "./actions.js";
import { api } from "./api.js";
import { askDetails, isAboutDetails } from "./details.js";
import { flashProblem } from "./flash.js";
import { byId, desk, openNumber } from "./page.js";
import { closeTicket } from "./routing.js";
import { refreshTicket } from "./ticket.js";
import { mayFinish } from "./unanswered.js";
import { offerUndo } from "./undo.js";

const idOrNull = ([value]) => (value ? Number(value) : null);

const chosen = {
  assignment: (values) => change({ assignee_id: idOrNull(values) }),
  team: (values) => change({ team_id: idOrNull(values) }),
  category: (values) => change({ category_id: idOrNull(values) }),
  priority: ([priority]) => change({ priority }),
  labels: (values, { added, removed }) => relabel(added.map(Number), removed.map(Number)),
  status: ([status], { option }) => setStatus(status, option),
  more: ([act]) => acts[act]?.(),
};

const acts = {
  details: () => ask("fields"),
  trash: () => putAside("POST", "trash"),
  spam: () => putAside("POST", "spam"),
  restore: () => putAside("DELETE", "trash"),
  "no-spam": () => putAside("DELETE", "spam"),
  unread: () => act("unread"),
  print: () => location.assign(`/tickets/${openNumber()}/print`),
};

document.addEventListener("menu-choose", ({ detail }) => chosen[detail.id]?.(detail.values, detail));

// On top of what others gave it meanwhile.
async function relabel(added, removed) {
  const number = openNumber();
  try {
    const { labels } = await api("GET", `/tickets/${number}`);
    const kept = labels.map(({ id }) => id).filter((id) => !removed.includes(id));
    await change({ labels: [...new Set([...kept, ...added])] });
  } catch (problem) {
    flashProblem(problem);
  }
}

async function setStatus(status, option) {
  if (option.classList.contains("menu__option--reason")) return ask("hold", { status });
  return change({ status });
}

// A refusal for what closing needs becomes the question for it.
async function change(json) {
  const number = openNumber();
  if (!number || !(await mayFinish(json.status))) return;
  try {
    await api("PATCH", `/tickets/${number}`, { json });
    await shown(number);
  } catch (problem) {
    if (isAboutDetails(problem) && json.status) await ask("close", json, problem.errors);
    else flashProblem(problem);
    await refreshTicket().catch(flashProblem);
  }
}

async function ask(purpose, json = {}, errors = []) {
  const number = openNumber();
  if (!number) return;
  const act = (answers) => api("PATCH", `/tickets/${number}`, { json: { ...answers, ...json } });
  if (await askDetails(number, { purpose, errors, act })) await shown(number);
}

async function putAside(method, place) {
  const number = openNumber();
  if (!number) return;
  try {
    await api(method, `/tickets/${number}/${place}`, { json: method === "POST" ? {} : undefined });
    if (method === "POST") await closeTicket();
    await shown(number);
  } catch (problem) {
    flashProblem(problem);
  }
}

async function shown(number) {
  await Promise.all([refreshTicket(), offerUndo(number)]).catch(flashProblem);
}

export function assignToMe() {
  if (openNumber()) change({ assignee_id: desk.agent.id });
}

// Asks for what closing needs, where something is missing.
export function finish() {
  return change({ status: "done" });
}

export function toggleComplaint() {
  const button = byId("complaint-button");
  if (openNumber() && button) change({ is_complaint: button.getAttribute("aria-pressed") !== "true" });
}

export function trash() {
  if (openNumber() && !byId("aside-banner")) acts.trash();
}

on("complaint", toggleComplaint);
on("restore", acts.restore);
on("no-spam", acts["no-spam"]);
on("accept-category", (button) => change({ category_id: Number(button.dataset.category) }));
on("hold-reason", () => ask("hold"));
