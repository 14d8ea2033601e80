// The reply lock: taken when the composer opens, renewed silently, given back when nothing comes of it.

import { on } from "../actions.js";
import { api } from "../api.js";
import { flash } from "../flash.js";
import { byId, desk, openNumber, t } from "../page.js";
import { refreshTicket } from "../ticket.js";
import { showWhetherToSend, state } from "./elements.js";
import { showLost } from "./loss.js";

const RENEW_EVERY = 30_000;
let timer = null;

export async function takeLock(number) {
  const lock = await api("PUT", `/tickets/${number}/lock`, { json: {} });
  Object.assign(state, { token: lock.token, lost: null });
  showWhetherToSend();
  clearInterval(timer);
  timer = setInterval(() => renew(number), RENEW_EVERY);
}

// This lock and no other: one that a lead took away, or that another window used up, does not come back by itself.
async function renew(number) {
  const { token } = state;
  try {
    await api("PUT", `/tickets/${number}/lock`, { json: { token } });
  } catch (problem) {
    if (problem.status === 423 && state.token === token && !state.isSending) lost(problem);
  }
}

// The page says that it is another's, or nobody's: asked at once, not only at the next heartbeat.
export function noticeLoss(holderId) {
  if (state.token && !state.isSending && Number(holderId) !== desk.agent.id) renew(state.number);
}

export function lost(problem) {
  stopRenewing();
  Object.assign(state, { token: "", lost: problem });
  showWhetherToSend();
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

// Asks a lead why, and does it; resolves when it is done.
function askWhy(act, number) {
  const dialog = byId(`${act}-dialog`);
  const reason = byId(`${act}-reason`);
  complain(act, "");
  reason.value = "";
  dialog.showModal();
  return new Promise((resolve) => {
    byId(`${act}-form`).onsubmit = async (event) => {
      event.preventDefault();
      if (!reason.value.trim()) return complain(act, t("reason_needed"));
      try {
        await api("POST", `/tickets/${number}/lock/${act}`, { json: { reason: reason.value.trim() } });
        dialog.close();
        resolve();
      } catch (problem) {
        complain(act, problem.detail || problem.title);
      }
    };
  });
}

function complain(act, message) {
  const line = byId(`${act}-error`);
  line.textContent = message;
  line.hidden = !message;
}

on("take-over", async () => {
  const number = openNumber() ?? state.number;
  await askWhy("takeover", number);
  document.dispatchEvent(new CustomEvent("lock-taken", { detail: { number } }));
});

on("release-lock", async () => {
  await askWhy("release", openNumber());
  flash(t("lock_set_free"));
  await refreshTicket().catch(() => {});
  byId("ticket-title")?.focus();
});
