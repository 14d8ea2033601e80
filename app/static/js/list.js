// The list of tickets: pages of rows, the selected row.

import { on } from "./actions.js";
import { fragment } from "./api.js";
import { flashProblem } from "./flash.js";
import { mark } from "./marks.js";
import { byId, list, openNumber } from "./page.js";
import { learnReads } from "./reads.js";
import { morph, parse, replace } from "./swap.js";
import { tell } from "./times.js";

const MAX_PAGES_AGAIN = 5;
const watcher = new IntersectionObserver((entries) => entries.some((entry) => entry.isIntersecting) && loadMore());
let isLoading = false;

// Where a list is found again; without a word of its own the search keeps to what is looked for now.
// A list by its conditions has them all in its address.
export const query = ({ tab, channel, q = tab === "search" ? list().dataset.q : "", filters = list().dataset.filters } = list().dataset) =>
  tab === "filtered" ? `?${filters}` : `?${q ? `q=${encodeURIComponent(q)}` : `tab=${tab}`}${channel ? `&channel=${channel}` : ""}`;

export const rows = () => [...byId("rows").children];
export const rowOf = (number) => byId(`ticket-${number}`);
export const linkOf = (row) => row?.querySelector(".row__link");
export const hasAllPages = () => !byId("list-more").dataset.url;

export async function loadList(url) {
  await replace(byId("list-pane"), await fragment(url, "list-pane"));
  listChanged();
}

// The same list again, as far as it was loaded.
export async function refreshList() {
  const { ...place } = list().dataset;
  const wanted = rows().length;
  const html = await fragment(`/tickets${query(place)}`, "list-pane");
  if (query() !== query(place)) return;
  await morph(byId("list-pane"), html);
  for (let page = 0; page < MAX_PAGES_AGAIN && rows().length < wanted && !hasAllPages(); page += 1) await loadMore();
  listChanged();
}

export async function loadMore() {
  const { url } = byId("list-more").dataset;
  if (!url || isLoading) return;
  isLoading = true;
  try {
    const page = parse(await fragment(url, "list-pane"));
    if (byId("list-more").dataset.url !== url) return;
    learnReads(page.querySelector("#rows"));
    byId("rows").append(...[...page.querySelectorAll("#rows > li")].filter((row) => !byId(row.id)));
    byId("list-more").replaceWith(page.querySelector("#list-more"));
    listChanged();
  } catch (problem) {
    flashProblem(problem);
  } finally {
    isLoading = false;
  }
}

export function listChanged() {
  learnReads(byId("rows"));
  mark(byId("list-pane"));
  tell(byId("list-pane"));
  select(openNumber());
  watcher.disconnect();
  watcher.observe(byId("list-more"));
}

export function select(number) {
  for (const link of byId("rows").querySelectorAll("[aria-current]")) link.removeAttribute("aria-current");
  linkOf(rowOf(number))?.setAttribute("aria-current", "true");
}

export function showEmptiness() {
  byId("list-empty").hidden = rows().length > 0;
}

// A row that leaves hands the focus to its neighbour.
export function removeRow(row) {
  const hadFocus = row.contains(document.activeElement);
  const neighbour = row.nextElementSibling ?? row.previousElementSibling;
  row.remove();
  if (hadFocus) linkOf(neighbour)?.focus({ preventScroll: true });
  showEmptiness();
}

export function step(direction) {
  const all = rows();
  const at = all.findIndex((row) => row.contains(document.activeElement) || linkOf(row).hasAttribute("aria-current"));
  const focused = all.findIndex((row) => row.contains(document.activeElement));
  const from = focused >= 0 ? focused : at;
  const next = all[from < 0 ? 0 : Math.min(Math.max(from + direction, 0), all.length - 1)];
  linkOf(next)?.focus();
  next?.scrollIntoView({ block: "nearest" });
}

on("more", loadMore);
