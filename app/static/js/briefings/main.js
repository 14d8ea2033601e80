// Pages of reading: the history, its files, the briefings. The desk around them goes on living.

import "../menus.js";
import "../notices.js";
import "../tabs/order.js";
import { act, on } from "../actions.js";
import { refreshBars } from "../bulletin.js";
import { chatMoved, refreshChats, startChats } from "../chats.js";
import { showCounts, showTitle } from "../counts.js";
import { refreshHolding, takeBackNewest } from "../holding.js";
import { isComposing } from "../composing.js";
import { startLive } from "../live.js";
import { showUnread } from "../notices.js";
import { byId } from "../page.js";
import { onPaletteKey } from "../palette.js";
import { startComment } from "./comment.js";

const handlers = {
  counts: showCounts,
  notices: ({ unread }) => showUnread(unread),
  ticket: (event) => {
    refreshHolding().catch(() => {});
    chatMoved(event);
  },
  gone: chatMoved,
  reset: refreshChats,
  desk: () => refreshBars().catch(() => {}),
};

const keys = {
  n: () => act("new-mail"),
  d: () => act("new-call"),
  missed: () => act("missed-call"),
  h: () => location.assign("/home"),
  o: () => location.assign("/"),
  Z: takeBackNewest,
  "/": () => location.assign("/#search"),
  "?": () => act("help"),
};

document.addEventListener("keydown", (event) => {
  if (isComposing(event) || event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
  if (document.querySelector("dialog[open], [popover]:popover-open") || event.target.closest?.("input, textarea, select")) return;
  if (!keys[event.key]) return;
  event.preventDefault();
  keys[event.key]();
});

on("new-mail", () => location.assign("/#new-mail"));
on("sidebar", () => byId("sidebar").toggleAttribute("data-my-open"));
on("help", () => byId("help-dialog").showModal());
on("close-dialog", (button) => button.closest("dialog").close());
on("print", () => print());
onPaletteKey((key) => keys[key]?.());
showTitle();
startComment();
startChats({ opener: (number) => location.assign(`/tickets/${number}`) });
startLive({ onEvent: ({ name, data }) => handlers[name]?.(data), onState: () => {} });
document.documentElement.dataset.ready = "true";
