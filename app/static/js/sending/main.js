// 「送信待ち」: follows what leaves by itself; each line has its decision.

import "../notices.js";
import "../tabs/order.js";
import { act, on } from "../actions.js";
import { api, fragment } from "../api.js";
import { refreshBars } from "../bulletin.js";
import { tellSaved } from "../calls/open.js";
import { isComposing } from "../composing.js";
import { chatMoved, refreshChats, startChats } from "../chats.js";
import { showCounts, showTitle } from "../counts.js";
import { flash, flashProblem } from "../flash.js";
import { refreshHolding, takeBackNewest } from "../holding.js";
import { startLive } from "../live.js";
import { showUnread } from "../notices.js";
import { byId, t } from "../page.js";
import { onPaletteKey } from "../palette.js";
import { morph } from "../swap.js";
import { tell } from "../times.js";
import { cancelSending, startWaiting } from "../waiting.js";

const PAUSE = 300;
let timer = null;

const lines = () => [...byId("sending").querySelectorAll("[data-line]")];

async function refresh() {
  timer = null;
  const focused = byId("sending").contains(document.activeElement) ? document.activeElement : null;
  await morph(byId("sending"), await fragment(`/sending${location.search}`, "sending"), "outerMorph");
  tell(byId("sending"));
  if (focused && !focused.isConnected) (lines()[0] ?? byId("main")).focus();
}

// What happens at once is read once.
function soon() {
  timer ??= setTimeout(() => refresh().catch(() => {}), PAUSE);
}

const handlers = {
  ticket: (event) => {
    soon();
    chatMoved(event);
    refreshHolding().catch(() => {});
  },
  gone: (event) => {
    soon();
    chatMoved(event);
  },
  counts: showCounts,
  notices: ({ unread }) => showUnread(unread),
  desk: () => refreshBars().catch(() => {}),
  reset: () => {
    soon();
    refreshChats();
  },
};

async function decide(path, json) {
  try {
    await api("POST", path, { json });
    flash(t("done"));
    await Promise.all([refresh(), refreshHolding()]);
  } catch (problem) {
    flashProblem(problem);
  }
}

function step(by) {
  const all = lines();
  const at = all.indexOf(document.activeElement);
  all[at < 0 ? 0 : Math.min(Math.max(at + by, 0), all.length - 1)]?.focus();
}

const keys = {
  j: () => step(1),
  k: () => step(-1),
  n: () => act("new-mail"),
  d: () => act("new-call"),
  missed: () => act("missed-call"),
  h: () => location.assign("/home"),
  G: () => location.assign("/reports"),
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

startWaiting({
  after: refresh,
  reopen: async (entry, number) => {
    if (await cancelSending(entry)) location.assign(`/tickets/${number}#reply`);
    else await Promise.all([refreshHolding(), refresh()]).catch(flashProblem);
  },
});
on("resend", ({ dataset }) => decide(`/outbox/${dataset.entry}/resend`, {}));
on("settle", ({ dataset }) => decide(`/outbox/${dataset.entry}/settle`, { as: dataset.as }));
on("new-mail", () => location.assign("/#new-mail"));
on("sidebar", () => byId("sidebar").toggleAttribute("data-my-open"));
on("help", () => byId("help-dialog").showModal());
on("close-dialog", (button) => button.closest("dialog").close());
onPaletteKey((key) => keys[key]?.());
showTitle();
tellSaved();
startChats({ opener: (number) => location.assign(`/tickets/${number}`) });
startLive({ onEvent: ({ name, data }) => handlers[name]?.(data), onState: () => {} });
document.documentElement.dataset.ready = "true";
