// The reply lock: taken when the composer opens, renewed silently, given back when nothing comes of it.

import { on } from "../actions.js";
import { api } from "../api.js";
import { byId, openNumber, t } from "../page.js";
import { state } from "./elements.js";
import { showLost } from "./stops.js";

const RENEW_EVERY = 30_000;
let timer = null;

export async function takeLock(number) {
  const lock = await api("PUT", `/tickets/${number}/lock`, { json: {} });
  state.token = lock.token;
  clearInterval(timer);
  timer = setInterval(() => renew(number), RENEW_EVERY);
}

async function renew(number) {
  try {
    state.token = (await api("PUT", `/tickets/${number}/lock`, { json: {} })).token;
  } catch (problem) {
    if (problem.status === 423) lost(problem);
  }
}

export function lost(problem) {
  stopRenewing();
  state.token = "";
  showLost(problem);
}

export function stopRenewing() {
  clearInterval(timer);
}

export async function releaseLock(number, { keepalive = false } = {}) {
  stopRenewing();
  if (!state.token) return;
  state.token = "";
  await api("DELETE", `/tickets/${number}/lock`, { keepalive }).catch(() => {});
}

// Asks for a reason; resolves once the lock is ours.
export function takeOver(number) {
  const dialog = byId("takeover-dialog");
  const reason = byId("takeover-reason");
  complain("");
  reason.value = "";
  dialog.showModal();
  return new Promise((resolve) => {
    byId("takeover-form").onsubmit = async (event) => {
      event.preventDefault();
      if (!reason.value.trim()) return complain(t("reason_needed"));
      try {
        await api("POST", `/tickets/${number}/lock/takeover`, { json: { reason: reason.value.trim() } });
        dialog.close();
        resolve();
      } catch (problem) {
        complain(problem.detail || problem.title);
      }
    };
  });
}

function complain(message) {
  const line = byId("takeover-error");
  line.textContent = message;
  line.hidden = !message;
}

on("take-over", async () => {
  const number = openNumber() ?? state.number;
  await takeOver(number);
  document.dispatchEvent(new CustomEvent("lock-taken", { detail: { number } }));
});
