// My page: follows what happens by itself, and leads to the work by mouse or keys.

import "../notices.js";
import "../tabs/order.js";
import { on } from "../actions.js";
import { api, fragment } from "../api.js";
import { onBulletinChange, refreshBars } from "../bulletin.js";
import { tellSaved } from "../calls/open.js";
import { chatMoved, refreshChats, startChats } from "../chats.js";
import { showCounts, showTitle } from "../counts.js";
import { tellDesktop } from "../desktop.js";
import { flash, flashProblem } from "../flash.js";
import { holdingSoon, refreshHolding } from "../holding.js";
import { startLive } from "../live.js";
import { nextNumber } from "../next.js";
import { showUnread } from "../notices.js";
import { onPaletteKey } from "../palette.js";
import { byId, t } from "../page.js";
import { morph } from "../swap.js";
import { ownTabsChanged } from "../tabs/own.js";
import { onTaskChange } from "../tasks.js";
import "../menus.js";
import { tell } from "../times.js";
import { cancelSending, startWaiting } from "../waiting.js";
import { pressKey } from "./keys.js";

const PAUSE = 300;
const SAY_DOWN_AFTER = 2500;
let timer = null;
let downTimer;

async function refresh() {
  timer = null;
  const focused = byId("home").contains(document.activeElement) ? document.activeElement : null;
  const place = lines().indexOf(focused);
  await morph(byId("home"), await fragment("/home", "home"), "outerMorph");
  tell(byId("home"));
  if (focused && !focused.isConnected) (lines()[Math.min(Math.max(place, 0), lines().length - 1)] ?? byId("main")).focus();
}

const lines = () => [...byId("home").querySelectorAll("[data-line]")];

// What happens at once is read once.
function soon() {
  timer ??= setTimeout(() => refresh().catch(() => {}), PAUSE);
}

function deskChanged() {
  soon();
  refreshBars().catch(() => {});
  ownTabsChanged();
}

function ticketMoved(event) {
  soon();
  chatMoved(event);
}

const handlers = {
  ticket: ticketMoved,
  gone: ticketMoved,
  counts: showCounts,
  notices: ({ unread, newest }) => {
    holdingSoon();
    showUnread(unread);
    tellDesktop(newest, (number) => location.assign(`/tickets/${number}`));
    soon();
  },
  desk: deskChanged,
  reset: () => {
    deskChanged();
    refreshChats();
  },
};

function showState(isUp) {
  const line = byId("live-state");
  clearTimeout(downTimer);
  if (isUp) line.hidden = true;
  else {
    downTimer = setTimeout(() => {
      line.textContent = t("reconnecting");
      line.hidden = false;
    }, SAY_DOWN_AFTER);
  }
}

async function decide(path, json) {
  try {
    await api("POST", path, { json });
    flash(t("done"));
    await Promise.all([refresh(), refreshHolding()]);
  } catch (problem) {
    flashProblem(problem);
  }
}

async function openNext() {
  try {
    const number = await nextNumber();
    if (number) location.assign(`/tickets/${number}?tab=new`);
    else flash(t("none_waiting"));
  } catch (problem) {
    flashProblem(problem);
  }
}

on("resend", ({ dataset }) => decide(`/outbox/${dataset.entry}/resend`, {}));
on("settle", ({ dataset }) => decide(`/outbox/${dataset.entry}/settle`, { as: dataset.as }));
startWaiting({
  after: refresh,
  reopen: async (entry, number) => {
    if (await cancelSending(entry)) location.assign(`/tickets/${number}#reply`);
    else await Promise.all([refreshHolding(), refresh()]).catch(flashProblem);
  },
});
on("next-ticket", openNext);
on("new-mail", () => location.assign("/#new-mail"));
on("sidebar", () => byId("sidebar").toggleAttribute("data-my-open"));
on("help", () => byId("help-dialog").showModal());
on("close-dialog", (button) => button.closest("dialog").close());

onPaletteKey(pressKey);
onBulletinChange(refresh);
onTaskChange(refresh);
showTitle();
tellSaved();
startChats({ opener: (number) => location.assign(`/tickets/${number}`) });
startLive({ onEvent: ({ name, data }) => handlers[name]?.(data), onState: showState });
document.documentElement.dataset.ready = "true";
