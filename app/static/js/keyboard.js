// Single keys for the whole desk. None fires in a field, with a dialog open, or while an IME composes.

import { act, on } from "./actions.js";
import { hasTicks, start, tickCurrent } from "./bulk.js";
import { isComposing } from "./composing.js";
import { takeBackNewest } from "./holding.js";
import { askLink, askMerge, askMergeTicked, askSplit } from "./joining.js";
import { step } from "./list.js";
import { assignToMe, toggleComplaint, trash } from "./classify.js";
import { openMenu } from "./menus.js";
import { byId, hasTicket, openNumber } from "./page.js";
import { undo } from "./undo.js";

const keys = {
  j: () => step(1),
  k: () => step(-1),
  r: () => hasTicket() && act("reply"),
  R: () => hasTicket() && act("reply-all"),
  f: () => hasTicket() && act("forward"),
  m: () => openNumber() && act("note"),
  n: () => act("new-mail"),
  d: () => act("new-call"),
  D: () => act("add-call"),
  missed: () => act("missed-call"),
  x: tickCurrent,
  a: () => choose("assignment"),
  i: assignToMe,
  s: () => choose("status"),
  c: () => choose("category"),
  l: () => choose("labels"),
  p: () => choose("priority"),
  t: () => choose("team"),
  ".": () => choose("more"),
  g: () => (hasTicks() ? askMergeTicked() : askMerge()),
  S: askSplit,
  L: askLink,
  "!": toggleComplaint,
  "#": () => (hasTicks() ? start({ is_trashed: true }) : trash()),
  z: undo,
  Z: takeBackNewest,
  u: () => act("unread"),
  w: () => act("watch"),
  o: () => act("next-ticket"),
  v: () => act("next-chat"),
  A: () => hasTicket() && act("give-chat"),
  E: () => hasTicket() && act("end-chat"),
  h: () => location.assign("/home"),
  G: () => location.assign("/reports"),
  H: () => act("hand-over"),
  e: () => openNumber() && act("ask-somebody"),
  "/": () => act("search"),
  "?": () => act("help"),
};

// With tickets ticked, what is chosen is for all of them.
function choose(what) {
  openMenu(hasTicks() ? `bulk-${what}` : what);
}

on("ask-somebody", () => location.assign(`/tickets/${openNumber()}/escalations/new`));

export function pressKey(key) {
  keys[key]();
}

const isField = (element) => element.closest?.("input:not([data-tick]), textarea, select, [contenteditable]");

document.addEventListener("keydown", (event) => {
  if (isComposing(event) || event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
  if (document.querySelector("dialog[open], [popover]:popover-open")) return;
  if (event.key === "Escape") escape(event.target);
  else if (!isField(event.target) && keys[event.key]) {
    event.preventDefault();
    keys[event.key]();
  }
});

function escape(target) {
  if (target.id === "search-field") act("escape-search");
  else if (!byId("notices-panel").hidden) act("close-notices");
  else if (closeDrawer()) return;
  else if (hasTicks() && !isField(target)) act("untick");
  else if (target.closest?.("#note-form")) act("close-note");
  else if (!byId("composer").hidden) act("close-composer");
  else if (!byId("note-form").hidden) act("close-note");
  else if (openNumber() && !isField(target)) act("close-ticket");
}

function closeDrawer() {
  const drawer = document.querySelector(".sidebar[data-my-open], .customer[data-my-open]");
  drawer?.removeAttribute("data-my-open");
  return drawer !== null;
}

// A click beside an open drawer closes it.
document.addEventListener("click", ({ target }) => {
  if (!target.closest?.(".sidebar, .customer, [data-action]")) closeDrawer();
});

on("help", () => byId("help-dialog").showModal());
on("close-dialog", (button) => button.closest("dialog").close());
