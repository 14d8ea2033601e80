// Drafts: at once in this browser, soon after on the server. The newer of both is the one that counts.

import { api } from "../api.js";
import { byId, clockTime, desk, t } from "../page.js";
import { draftBody, written } from "./content.js";
import { state } from "./elements.js";

const PAUSE = 800;
const LONGEST = 1800;
let timer = null;
let firstChange = 0;
let saving = Promise.resolve();

const key = (number) => `madoguchi-draft-${desk.agent.id}-${number ?? "new"}`;

export const say = (text) => {
  byId("composer-saved").textContent = text;
};

export function localDraft(number) {
  try {
    return JSON.parse(localStorage.getItem(key(number)));
  } catch {
    return null;
  }
}

export function keepLocally() {
  const draft = { ...written(), base_version: state.baseVersion, saved_at: new Date().toISOString() };
  try {
    localStorage.setItem(key(state.number), JSON.stringify(draft));
  } catch {
    // A full or forbidden store: the server's copy is the one that stays.
  }
}

export function forgetLocally(number) {
  localStorage.removeItem(key(number));
}

export function newerOf(local, server) {
  if (!local || !server) return local ?? (server && fromServer(server));
  return Date.parse(server.saved_at) > Date.parse(local.saved_at) ? fromServer(server, local) : local;
}

// The server keeps the ids of files; their names are known where they were attached.
function fromServer({ body, base_version: version, saved_at: at, files: known = [] }, local) {
  const names = new Map([...(local?.files ?? []), ...known].map((file) => [file.id, file]));
  const files = (body.attachment_ids ?? []).map((id) => names.get(id) ?? { id, name: `#${id}` });
  return { ...body, files, base_version: version, saved_at: at };
}

export function changed() {
  keepLocally();
  if (state.mode !== "reply") {
    say(t("saved", { time: clockTime() }));
    return;
  }
  firstChange ||= Date.now();
  clearTimeout(timer);
  timer = setTimeout(save, Math.max(0, Math.min(PAUSE, firstChange + LONGEST - Date.now())));
}

// Saves what is pending now; one request at a time, so that an older text never overtakes a newer one.
export function save() {
  if (!firstChange) return saving;
  stopSaving();
  const { number } = state;
  const body = { ...draftBody(), base_version: state.baseVersion };
  saving = saving.then(() => put(number, body));
  return saving;
}

export function stopSaving() {
  clearTimeout(timer);
  firstChange = 0;
}

async function put(number, json) {
  try {
    await api("PUT", `/tickets/${number}/draft`, { json, keepalive: true });
    say(t("saved", { time: clockTime() }));
  } catch (problem) {
    say(t(problem.status ? "saved_here" : "saved_offline", { time: clockTime() }));
  }
}

export async function forgetDraft(number) {
  stopSaving();
  forgetLocally(number);
  await saving;
  if (number) await api("DELETE", `/tickets/${number}/draft`).catch(() => {});
}
