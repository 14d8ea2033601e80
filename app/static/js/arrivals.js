// Rows that change, come and go by themselves. Nothing moves under the mouse: what would is held behind a quiet line.

import { on } from "./actions.js";
import { listChanged, hasAllPages, removeRow, rowOf, rows, select, showEmptiness } from "./list.js";
import { mark } from "./marks.js";
import { announce, byId, desk, isFiltered, isSearch, list, openNumber, t } from "./page.js";
import { morph, parse } from "./swap.js";
import { belongs, isOwn } from "./tabs/matching.js";
import { tell } from "./times.js";

const STILL = 4;
const FOUND = ".row__subject, .row__preview"; // in the results of a search the words are marked there
const held = new Map();

export async function ticketMoved(event) {
  if (list().dataset.tab === "chats") return; // chats.js reads it again, in its order
  const row = rowOf(event.number);
  held.delete(event.number);
  if (row && (isSearch() || isFiltered() || matches(event))) await redraw(row, event);
  else if (row) removeRow(row);
  else if (matches(event)) place(event);
  showHeld();
  if (event.is_new_message && matches(event)) announce(t("arrived", { number: event.number }));
}

export function ticketGone({ number }) {
  held.delete(number);
  const row = rowOf(number);
  if (row) removeRow(row);
  showHeld();
}

export function forgetHeld() {
  held.clear();
  showHeld();
}

function matches(event) {
  const { phase, assignee_id: assignee, channel_ids: channels } = event;
  const { tab, channel } = list().dataset;
  if (channel && !channels.includes(Number(channel))) return false;
  if (isOwn(tab)) return belongs(tab, event);
  if (tab === "overdue") return event.facts.overdue;
  return tab === "mine" ? assignee === desk.agent.id && phase !== "done" : tab === phase;
}

async function redraw(row, event) {
  const found = isSearch() ? [...row.querySelectorAll(FOUND)].map((part) => part.cloneNode(true)) : [];
  await morph(row, event.row, "outerMorph");
  const drawn = rowOf(event.number);
  drawn.querySelectorAll(FOUND).forEach((part, number) => found[number] && part.replaceWith(found[number]));
  mark(drawn);
  tell(drawn);
  if (event.is_new_message) drawn.setAttribute("data-my-fresh", "");
}

function place(event) {
  const before = rows().find((row) => comesAfter(row, event));
  if (!before && !hasAllPages()) return;
  if (before && !isStill()) held.set(event.number, event);
  else insert(event, before);
}

const isOldestFirst = () => list().dataset.sort === "created";
const isByDeadline = () => list().dataset.sort === "due";

function comesAfter(row, event) {
  if (isByDeadline()) return Date.parse(row.dataset.due) > Date.parse(parse(event.row).firstElementChild.dataset.due);
  return isOldestFirst()
    ? Date.parse(row.dataset.created) > Date.parse(event.created_at)
    : Date.parse(row.dataset.updated) < Date.parse(event.updated_at);
}

function isStill() {
  const pane = byId("list-scroll");
  return !pane.matches(":hover") && pane.scrollTop < STILL;
}

function insert(event, before) {
  const row = parse(event.row).firstElementChild;
  row.setAttribute("data-my-fresh", "");
  byId("rows").insertBefore(row, before ?? null);
  mark(row);
  tell(row);
  select(openNumber());
  showEmptiness();
}

function showHeld() {
  const line = byId("arrivals");
  line.hidden = !held.size;
  line.textContent = held.size ? t("arrivals", { count: held.size }) : "";
}

on("arrivals", () => {
  for (const event of held.values()) insert(event, rows().find((row) => comesAfter(row, event)));
  forgetHeld();
  listChanged();
  if (!isOldestFirst()) byId("list-scroll").scrollTop = 0;
});
