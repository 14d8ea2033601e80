// The page of a phone note: the desk around it goes on living.

import "../menus.js";
import "../notices.js";
import "../tabs/order.js";
import { act, on } from "../actions.js";
import { refreshBars } from "../bulletin.js";
import { chatMoved, refreshChats, startChats } from "../chats.js";
import { showCounts, showTitle } from "../counts.js";
import { refreshHolding, takeBackNewest } from "../holding.js";
import { startLive } from "../live.js";
import { showUnread } from "../notices.js";
import { byId } from "../page.js";
import { onPaletteKey } from "../palette.js";
import { startForm } from "./form.js";

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
  o: () => location.assign("/"),
  h: () => location.assign("/home"),
  Z: takeBackNewest,
  "/": () => location.assign("/#search"),
  "?": () => act("help"),
};

on("new-call", () => byId("call-tel")?.focus());
on("new-mail", () => location.assign("/#new-mail"));
on("sidebar", () => byId("sidebar").toggleAttribute("data-my-open"));
on("help", () => byId("help-dialog").showModal());
on("close-dialog", (button) => button.closest("dialog").close());
onPaletteKey((key) => keys[key]?.());
showTitle();
startForm();
startChats({ opener: (number) => location.assign(`/tickets/${number}`) });
startLive({ onEvent: ({ name, data }) => handlers[name]?.(data), onState: () => {} });
document.documentElement.dataset.ready = "true";
