// Tells the others who looks at a ticket and who types in it; for the eyes only.

import { openNumber } from "./page.js";
import { csrfToken } from "./session.js";

const EVERY = 10_000;
const TYPING_LASTS = 8000;
let number = null;
let state = "";
let typedAt = 0;

export function watchTicket() {
  const open = openNumber();
  if (open === number) return;
  leave();
  number = open;
  beat();
}

export function typed() {
  typedAt = Date.now();
  if (state !== "typing") beat();
}

export function stoppedTyping() {
  typedAt = 0;
  if (state === "typing") beat();
}

const current = () => (Date.now() - typedAt < TYPING_LASTS ? "typing" : "viewing");

function beat() {
  if (!number || document.visibilityState !== "visible") return;
  state = current();
  const headers = { "X-CSRF-Token": csrfToken(), "HX-Request": "true" };
  fetch(`/tickets/${number}/presence`, { method: "POST", headers, body: new URLSearchParams({ state }) }).catch(() => {});
}

function leave() {
  if (!number || !state) return;
  state = "";
  navigator.sendBeacon(`/tickets/${number}/presence/leave`, new URLSearchParams({ csrf_token: csrfToken() }));
}

setInterval(beat, EVERY);
setInterval(() => state && state !== current() && beat(), 1000);
addEventListener("pagehide", leave);
document.addEventListener("visibilitychange", () => (document.visibilityState === "visible" ? beat() : leave()));
