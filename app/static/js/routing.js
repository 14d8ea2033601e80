// Addresses and panes: choosing changes the address, Back works, only the pane that changes is loaded.

import { on } from "./actions.js";
import { forgetHeld } from "./arrivals.js";
import { fragment } from "./api.js";
import { flash, flashProblem } from "./flash.js";
import { linkOf, loadList, query, refreshList, rowOf, select } from "./list.js";
import { byId, isFiltered, isNarrow, list, openNumber, t } from "./page.js";
import { replace } from "./swap.js";
import { isOwn } from "./tabs/matching.js";
import { refreshTicket, ticketChanged } from "./ticket.js";

let asked = 0;

const ticketUrl = (number) => `/tickets/${number}${query()}`;

export async function openTicket(number, { push = true, focus = false } = {}) {
  const request = (asked += 1);
  byId("ticket-pane").setAttribute("aria-busy", "true");
  select(number);
  try {
    const html = await fragment(ticketUrl(number), "ticket-pane");
    if (request !== asked) return;
    if (push && location.pathname !== `/tickets/${number}`) history.pushState(null, "", ticketUrl(number));
    await replace(byId("ticket-pane"), html);
    if (openNumber() !== number) leadOn(number);
    show("ticket");
    ticketChanged({ isNew: true });
    if (focus || isNarrow()) byId("ticket-title").focus({ preventScroll: true });
  } catch (problem) {
    select(openNumber());
    flashProblem(problem);
  } finally {
    byId("ticket-pane").removeAttribute("aria-busy");
  }
}

// A merged ticket is shown where it is now.
function leadOn(number) {
  const { search } = new URL(ticketUrl(openNumber()), location.href);
  history.replaceState(null, "", `/tickets/${openNumber()}${search}${search ? "&" : "?"}merged=${number}`);
  select(openNumber());
}

export async function closeTicket({ push = true } = {}) {
  const number = openNumber();
  asked += 1;
  if (push) history.pushState(null, "", `/tickets${query()}`);
  await replace(byId("ticket-pane"), byId("nothing-open-shelf").innerHTML);
  show("list");
  select(null);
  ticketChanged({ isNew: true });
  linkOf(rowOf(number))?.focus();
}

export async function openList({ tab, channel, q, filters }, { push = true } = {}) {
  const number = isNarrow() ? null : openNumber();
  if (!number && openNumber()) await closeTicket({ push: false });
  const url = `/tickets${query({ tab, channel, q, filters })}`;
  try {
    await loadList(url);
  } catch (problem) {
    flashProblem(problem);
    return;
  }
  forgetHeld();
  if (push) history.pushState(null, "", number ? ticketUrl(number) : url);
  showPlace(tab, channel);
}

function showPlace(tab, channel) {
  for (const link of document.querySelectorAll("#tabs [data-tab], #chats [data-tab], #own-tabs [data-tab]")) {
    mark(link, link.dataset.tab === tab, "page");
    link.href = `/tickets${query({ tab: link.dataset.tab, channel: isOwn(link.dataset.tab) ? "" : channel })}`;
  }
  for (const link of document.querySelectorAll("#mailboxes [data-channel]")) {
    mark(link, link.dataset.channel === channel, "true");
    link.href = `/tickets${query({ tab: isOwn(tab) ? "new" : tab, channel: link.dataset.channel })}`;
  }
  byId("sidebar").removeAttribute("data-my-open");
}

function mark(link, isCurrent, value) {
  if (isCurrent) link.setAttribute("aria-current", value);
  else link.removeAttribute("aria-current");
}

const show = (view) => {
  byId("desk").dataset.view = view;
};

// After a break everything on the screen is read again, where it stands.
export async function refreshAll() {
  forgetHeld();
  await Promise.all([refreshList(), refreshTicket()]).catch(() => {});
}

export function leaveGone() {
  flash(t("gone"), { isWrong: true });
  closeTicket();
}

async function follow() {
  const url = new URL(location.href);
  const number = Number(url.pathname.match(/^\/tickets\/(\d+)$/)?.[1]) || null;
  const place = placeIn(url.searchParams);
  if (query(place) !== query()) await openList(place, { push: false });
  if (!number && openNumber()) await closeTicket({ push: false });
  if (number && number !== openNumber()) await openTicket(number, { push: false });
}

// Whatever names neither a tab nor a search is a list by its conditions.
function placeIn(params) {
  const { q = "", tab = q ? "search" : "new", channel = "" } = Object.fromEntries(params);
  params.delete("merged");
  if (q || params.has("tab") || ![...params.keys()].some((name) => name !== "channel")) return { tab, channel, q };
  return { tab: "filtered", channel, q, filters: params.toString() };
}

addEventListener("popstate", follow);

document.addEventListener("click", (event) => {
  const link = event.target.closest?.("a[data-ticket], a[data-tab], a[data-channel]");
  if (!link || event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  const { ticket, tab, channel } = link.dataset;
  if (ticket) openTicket(Number(ticket), { focus: !link.closest("#rows") });
  else openList(placeOf(tab, channel));
});

// A tab of one's own is a list for itself: it is not narrowed by a mailbox.
function placeOf(tab, channel) {
  const here = list().dataset;
  if (channel !== undefined) return { tab: isOwn(here.tab) || isFiltered() ? "new" : here.tab, channel };
  return { tab, channel: isOwn(tab) ? "" : here.channel };
}

on("close-ticket", () => closeTicket());
