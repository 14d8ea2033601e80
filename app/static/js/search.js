// The search field: what could be meant is offered while one types, Enter looks for it. Nothing fires while an IME composes.

import { on } from "./actions.js";
import { fragment } from "./api.js";
import { flashProblem } from "./flash.js";
import { linkOf, refreshList, rows } from "./list.js";
import { byId, isSearch, list, make, t } from "./page.js";
import { openList } from "./routing.js";
import { earlierSearches, keepSearch } from "./searches.js";
import { parse } from "./swap.js";

const PAUSE = 120;
const ASK_AGAIN_AFTER = 2000;
const LAST_WORD = /(?:[^\s"]*"[^"]*|\S*)$/;
const isComposing = (event) => event.isComposing || event.keyCode === 229;
const field = () => byId("search-field");
const panel = () => byId("search-panel");
const options = () => [...byId("search-options").children];
let timer;
let asked = 0;
let before = { tab: "new", channel: "" };

async function search(text) {
  close();
  if (!text.trim()) return leave();
  if (!isSearch()) before = { tab: list().dataset.tab, channel: list().dataset.channel, filters: list().dataset.filters };
  keepSearch(text.trim());
  await openList({ tab: "search", channel: list().dataset.channel, q: text.trim() });
  (linkOf(rows()[0]) ?? field()).focus();
}

async function leave() {
  if (isSearch()) await openList(before);
  else field().value = "";
  linkOf(rows()[0])?.focus();
}

async function offer() {
  const request = (asked += 1);
  const text = typed();
  if (!text.trim()) return show(earlierSearches().map(earlier), await operators());
  const html = await suggestions(text).catch(() => "");
  if (request === asked && document.activeElement === field()) show([...(parse(html).firstElementChild?.children ?? [])]);
}

const typed = () => field().value.slice(0, field().selectionStart ?? field().value.length);
const suggestions = (text) => fragment(`/search/suggestions?q=${encodeURIComponent(text)}`, "search-options");

async function operators() {
  const html = await suggestions("").catch(() => "");
  return [...(parse(html).firstElementChild?.children ?? [])];
}

const earlier = (text) =>
  make("li", { class: "option", role: "option", "data-search": text }, make("span", { class: "option__name" }, text),
    make("span", { class: "option__hint" }, t("earlier_search")));

function show(...groups) {
  if (document.activeElement !== field()) return;
  const found = groups.flat();
  found.forEach((option, number) => Object.assign(option, { id: `search-option-${number}` }));
  byId("search-options").replaceChildren(...found);
  panel().hidden = !found.length;
  field().setAttribute("aria-expanded", String(found.length > 0));
  choose(null);
}

function close() {
  clearTimeout(timer);
  asked += 1;
  panel().hidden = true;
  field().setAttribute("aria-expanded", "false");
  choose(null);
}

const chosen = () => byId("search-options").querySelector("[aria-selected=true]");

function choose(option) {
  chosen()?.removeAttribute("aria-selected");
  option?.setAttribute("aria-selected", "true");
  option?.scrollIntoView({ block: "nearest" });
  if (option) field().setAttribute("aria-activedescendant", option.id);
  else field().removeAttribute("aria-activedescendant");
}

function step(direction) {
  const all = options();
  const at = all.indexOf(chosen());
  choose(all[at + direction] ?? (direction > 0 && at < 0 ? all[0] : null));
}

// A value is followed by a blank, an operator by its value, which is offered next.
function take(option) {
  const { insert, search: whole } = option.dataset;
  close();
  if (whole) return search(whole);
  const head = typed().replace(LAST_WORD, "") + insert + (insert.endsWith(":") ? "" : " ");
  field().value = head + field().value.slice(typed().length).trimStart();
  field().setSelectionRange(head.length, head.length);
  field().focus();
  return offer();
}

function pressed(event) {
  if (isComposing(event) || event.ctrlKey || event.metaKey || event.altKey) return;
  const steps = { ArrowDown: 1, ArrowUp: -1 };
  if (steps[event.key] && panel().hidden) offer();
  else if (steps[event.key]) step(steps[event.key]);
  else if (event.key === "Enter" && chosen()) take(chosen());
  else if (event.key === "Enter") search(field().value).catch(flashProblem);
  else if (event.key === "Tab" && !event.shiftKey && chosen()) take(chosen());
  else return;
  event.preventDefault();
}

function later() {
  clearTimeout(timer);
  timer = setTimeout(offer, PAUSE);
}

document.addEventListener("keydown", (event) => event.target.id === "search-field" && pressed(event));
document.addEventListener("input", (event) => event.target.id === "search-field" && !event.isComposing && later());
document.addEventListener("compositionend", (event) => event.target.id === "search-field" && later());
document.addEventListener("focusin", (event) => {
  if (event.target.id === "search-field") later();
  else if (!event.target.closest?.("#search")) close();
});
document.addEventListener("submit", (event) => {
  if (event.target.id !== "search") return;
  event.preventDefault();
  search(field().value).catch(flashProblem);
});
// The field keeps the focus while an offer is clicked.
document.addEventListener("mousedown", (event) => event.target.closest?.("#search-panel") && event.preventDefault());
document.addEventListener("click", (event) => {
  const option = event.target.closest?.("#search-options .option");
  const example = event.target.closest?.("a[data-q]");
  if (option) take(option);
  else if (example && event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
    event.preventDefault();
    search(example.dataset.q).catch(flashProblem);
  } else if (!event.target.closest?.("#search")) close();
});

// While the index is being built the list is asked for again, unless something else is being typed.
setInterval(() => {
  const isWaiting = byId("indexing") && document.visibilityState === "visible" && field().value.trim() === list().dataset.q;
  if (isWaiting) refreshList().catch(() => {});
}, ASK_AGAIN_AFTER);

on("search", () => {
  field().focus();
  field().select();
});
on("leave-search", leave);
on("escape-search", () => (panel().hidden ? leave() : close()));
