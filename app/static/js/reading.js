// Reading: a ticket opens at what is new to the reader, and that they looked at it is noted once they really did.

import { on } from "./actions.js";
import { fragment } from "./api.js";
import { flash, flashProblem } from "./flash.js";
import { rowOf } from "./list.js";
import { mark } from "./marks.js";
import { desk, byId, make, openNumber, t, ticket } from "./page.js";
import { readVersion, setRead } from "./reads.js";
import { csrfToken } from "./session.js";
import { onTicketChange } from "./ticket.js";

const LOOK = 1000;
const channel = "BroadcastChannel" in window ? new BroadcastChannel(`madoguchi-reads-${desk.agent.id}`) : null;
let since = null;
let isLeftUnread = false;
let timer;

onTicketChange(({ isNew }) => {
  if (isNew) begin();
  drawLine();
  lookSoon();
});

function begin() {
  isLeftUnread = false;
  const { number, read = "" } = ticket()?.dataset ?? {};
  since = read === "" ? null : Number(read);
  if (since !== null && !(readVersion(Number(number)) > since)) setRead(Number(number), since);
}

// Before the first entry of somebody else that came since. It stays where it is until the ticket is left.
function drawLine() {
  byId("unread-line")?.remove();
  const first = since !== null && [...document.querySelectorAll("#timeline .entry")].find(isNews);
  first?.before?.(make("p", { class: "unread-line", id: "unread-line" }, make("span", {}, t("unread_from_here"))));
}

const isNews = ({ dataset }) => Number(dataset.version) > since && Number(dataset.author) !== desk.agent.id;

function lookSoon() {
  clearTimeout(timer);
  if (isLooking()) timer = setTimeout(look, LOOK);
}

function isLooking() {
  const { number, version } = ticket()?.dataset ?? {};
  if (!number || isLeftUnread || document.visibilityState !== "visible") return false;
  return !(readVersion(Number(number)) >= Number(version)) || Boolean(Number(byId("bell-count")?.textContent));
}

async function look() {
  if (!isLooking()) return;
  const { number, version } = ticket().dataset;
  const headers = { "X-CSRF-Token": csrfToken(), "HX-Request": "true" };
  const body = new URLSearchParams({ version });
  const response = await fetch(`/tickets/${number}/read`, { method: "POST", headers, body }).catch(() => null);
  if (!response?.ok) return;
  noteRead(Number(number), Number(version));
  channel?.postMessage({ number: Number(number), version: Number(version) });
  if (openNumber() === Number(number) && !byId("unread-line")) since = Number(version);
}

function noteRead(number, version) {
  setRead(number, version);
  const row = rowOf(number);
  if (row) mark(row);
}

channel?.addEventListener("message", ({ data }) => noteRead(data.number, data.version));
document.addEventListener("visibilitychange", lookSoon);

on("unread", async () => {
  const number = openNumber();
  if (!number) return;
  try {
    const { version } = JSON.parse(await fragment(`/tickets/${number}/read`, "ticket-pane", { method: "DELETE" }));
    if (openNumber() === number) isLeftUnread = true;
    noteRead(number, version);
    channel?.postMessage({ number, version });
    flash(t("marked_unread"));
  } catch (problem) {
    flashProblem(problem);
  }
});
