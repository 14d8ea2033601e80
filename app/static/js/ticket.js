// The open ticket: read again when it changes, without moving what one reads. What is being written lies outside.

import { on } from "./actions.js";
import { api, fragment } from "./api.js";
import { showTitle } from "./counts.js";
import { flash, flashProblem } from "./flash.js";
import { mark } from "./marks.js";
import { byId, list, openNumber, t } from "./page.js";
import { watchTicket } from "./presence.js";
import { morph } from "./swap.js";
import { tell } from "./times.js";

const NEAR_END = 60;
const listeners = [];
let reading = null;
let readAgain = false;

// Called after every drawing of the pane; `isNew` when another ticket (or none) is open than before.
export function onTicketChange(listener) {
  listeners.push(listener);
}

export function ticketChanged({ isNew = false } = {}) {
  const pane = byId("ticket-pane");
  mark(pane);
  tell(pane);
  showTitle();
  watchTicket();
  for (const listener of listeners) listener({ isNew });
  if (isNew) showNewest();
}

// One reading at a time; what comes in while reading is read once more after it, and whoever asked waits for that too.
export function refreshTicket() {
  readAgain = true;
  reading ??= readAll();
  return reading;
}

async function readAll() {
  try {
    while (readAgain) {
      readAgain = false;
      await readOnce();
    }
  } finally {
    reading = null;
  }
}

async function readOnce() {
  const number = openNumber();
  if (!number) return;
  const html = await fragment(`/tickets/${number}?tab=${list().dataset.tab}${cameFrom()}`, "ticket-pane");
  if (openNumber() === number) await drawTicket(html);
}

// The number of a merged ticket that led here stands in the address as long as one stays.
function cameFrom() {
  const merged = Number(new URLSearchParams(location.search).get("merged"));
  return merged ? `&merged=${merged}` : "";
}

export async function drawTicket(html) {
  const known = entryIds();
  const before = openNumber();
  const wasAtEnd = isAtEnd();
  const pane = byId("ticket-pane");
  const hadFocus = pane.contains(document.activeElement);
  await morph(pane, html);
  if (hadFocus && document.activeElement === document.body) byId("ticket-title")?.focus({ preventScroll: true });
  const isNew = openNumber() !== before;
  if (isNew) history.replaceState(null, "", location.href.replace(`/tickets/${before}`, `/tickets/${openNumber()}`));
  else flashNew(known);
  if (wasAtEnd && !isNew) scrollToEnd();
  ticketChanged({ isNew });
}

const entryIds = () => new Set([...document.querySelectorAll("#timeline .entry")].map((entry) => entry.id));

function flashNew(known) {
  for (const entry of document.querySelectorAll("#timeline .entry")) {
    if (known.has(entry.id)) continue;
    entry.setAttribute("data-my-fresh", "");
    entry.querySelector(".entry__card").open = true;
  }
}

function isAtEnd() {
  const pane = byId("timeline");
  return pane && pane.scrollHeight - pane.scrollTop - pane.clientHeight < NEAR_END;
}

export function scrollToEnd() {
  const pane = byId("timeline");
  if (pane) pane.scrollTop = pane.scrollHeight;
}

// What is new, else the newest message, from its first line; short ones end at the bottom.
function showNewest() {
  const pane = byId("timeline");
  const newest = byId("unread-line") ?? [...document.querySelectorAll("#timeline .entry")].at(-1);
  if (newest) pane.scrollTop = newest.offsetTop - pane.offsetTop - 12;
}

async function decide(path, json) {
  try {
    await api("POST", path, { json });
    flash(t("done"));
  } catch (problem) {
    flashProblem(problem);
  }
  await refreshTicket().catch(flashProblem);
}

on("resend", ({ dataset }) => decide(`/outbox/${dataset.entry}/resend`, {}));
on("settle", ({ dataset }) => decide(`/outbox/${dataset.entry}/settle`, { as: dataset.as }));

on("grow-frame", (button) => button.closest("details").querySelector(".frame").toggleAttribute("data-my-tall"));

on("customer", () => {
  const isOpen = byId("customer").toggleAttribute("data-my-open");
  document.querySelector(".ticket__customer").setAttribute("aria-expanded", isOpen);
});

on("sidebar", () => byId("sidebar").toggleAttribute("data-my-open"));

// A verb posted by htmx answers with the ticket as it is now.
document.addEventListener("htmx:after:swap", ({ detail: { ctx } }) => {
  if (ctx.request && ctx.target?.id === "ticket-pane") ticketChanged();
});
