// The desk: wires the panes, the composer and the live stream together.

import "./menus.js";
import "./note.js";
import "./keyboard.js";
import "./search.js";
import "./composer/composer.js";
import "./letters/customer.js";
import { ticketGone, ticketMoved } from "./arrivals.js";
import { showCounts } from "./counts.js";
import { listChanged } from "./list.js";
import { startLive } from "./live.js";
import { showUnread } from "./notices.js";
import { byId, openNumber, t } from "./page.js";
import { leaveGone, refreshAll } from "./routing.js";
import { refreshTicket, ticketChanged } from "./ticket.js";

const SAY_DOWN_AFTER = 2500;
let downTimer;

const handlers = {
  ticket: (event) => {
    ticketMoved(event);
    if (event.number === openNumber()) refreshTicket().catch(() => {});
  },
  gone: (event) => {
    ticketGone(event);
    if (event.number === openNumber()) leaveGone();
  },
  counts: showCounts,
  notices: ({ unread }) => showUnread(unread),
  reset: refreshAll,
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

listChanged();
ticketChanged({ isNew: true });
startLive({ onEvent: ({ name, data }) => handlers[name](data), onState: showState });
document.documentElement.dataset.ready = "true";
