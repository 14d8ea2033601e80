// The desk: wires the panes, the composer and the live stream together.

import "./bulk.js";
import "./chatting.js";
import "./menus.js";
import "./note.js";
import "./mentions.js";
import "./reading.js";
import "./rereading.js";
import "./watching.js";
import "./search.js";
import "./talking.js";
import "./uniting.js";
import "./composer/composer.js";
import "./letters/customer.js";
import "./tabs/order.js";
import { act, on } from "./actions.js";
import { ticketGone, ticketMoved } from "./arrivals.js";
import { refreshBars } from "./bulletin.js";
import { tellSaved } from "./calls/open.js";
import { chatMoved, chatOpened, refreshChats, startChats } from "./chats.js";
import { showCounts } from "./counts.js";
import { tellDesktop } from "./desktop.js";
import { flash, flashProblem } from "./flash.js";
import { holdingSoon, isHeld, refreshHolding } from "./holding.js";
import { pressKey } from "./keyboard.js";
import { listChanged, refreshList } from "./list.js";
import { startLive } from "./live.js";
import { nextNumber } from "./next.js";
import { showUnread } from "./notices.js";
import { byId, list, openNumber, t } from "./page.js";
import { onPaletteKey } from "./palette.js";
import { leaveGone, openTicket, refreshAll } from "./routing.js";
import { ownTabsChanged } from "./tabs/own.js";
import { onTaskChange } from "./tasks.js";
import { onTicketChange, refreshTicket, ticketChanged } from "./ticket.js";

const SAY_DOWN_AFTER = 2500;
let downTimer;

const handlers = {
  ticket: (event) => {
    ticketMoved(event);
    chatMoved(event);
    if (isHeld(event.number)) refreshHolding().catch(() => {});
    else if (event.number === openNumber()) holdingSoon();
    if (event.number === openNumber()) refreshTicket().catch(() => {});
  },
  gone: (event) => {
    ticketGone(event);
    chatMoved(event);
    if (["spam", "trash"].includes(list().dataset.tab)) refreshList().catch(() => {});
    if (event.number === openNumber()) refreshTicket().catch((problem) => problem.status === 404 && leaveGone());
  },
  counts: showCounts,
  notices: ({ unread, newest }) => {
    holdingSoon();
    showUnread(unread);
    tellDesktop(newest, (number) => openTicket(number, { focus: true }));
  },
  desk: deskChanged,
  reset: () => {
    refreshAll();
    refreshChats();
    deskChanged();
  },
};

// What surrounds the tickets: tabs of one's own, announcements.
function deskChanged() {
  ownTabsChanged();
  refreshBars().catch(() => {});
}

async function openNext() {
  try {
    const number = await nextNumber();
    if (number) await openTicket(number, { focus: true });
    else flash(t("none_waiting"));
  } catch (problem) {
    flashProblem(problem);
  }
}

on("next-ticket", openNext);

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

onPaletteKey(pressKey);
onTaskChange(refreshTicket);
listChanged();
ticketChanged({ isNew: true });
startChats({
  opener: (number) => openTicket(number, { focus: true }),
  changed: () => list().dataset.tab === "chats" && refreshList().catch(() => {}),
});
onTicketChange(chatOpened);
startLive({ onEvent: ({ name, data }) => handlers[name](data), onState: showState });
tellSaved();
document.documentElement.dataset.ready = "true";
// What another page leads to is done here.
if (["#new-mail", "#search", "#reply"].includes(location.hash)) {
  const action = location.hash.slice(1);
  history.replaceState(null, "", location.pathname + location.search);
  act(action);
}
