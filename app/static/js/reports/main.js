// Reports: what is chosen is shown at once, and stands in the address; the desk around it stays alive.

import "../notices.js";
import "../tabs/order.js";
import "../menus.js";
import "./keys.js";
import { on } from "../actions.js";
import { fragment } from "../api.js";
import { refreshBars } from "../bulletin.js";
import { chatMoved, refreshChats, startChats } from "../chats.js";
import { showCounts, showTitle } from "../counts.js";
import { flashProblem } from "../flash.js";
import { startLive } from "../live.js";
import { showUnread } from "../notices.js";
import { byId } from "../page.js";
import { morph, parse } from "../swap.js";

let asked = 0;

async function show(url, { push = true } = {}) {
  const request = (asked += 1);
  byId("report").setAttribute("aria-busy", "true");
  try {
    const html = await fragment(url, "report");
    if (request !== asked) return;
    if (push) history.pushState(null, "", url);
    await morph(byId("report"), html, "outerMorph");
    settle(html);
  } catch (problem) {
    flashProblem(problem);
  } finally {
    byId("report")?.removeAttribute("aria-busy");
  }
}

// Morphing leaves alone where one is and what is chosen; here both are the address's.
function settle(html) {
  const current = new Set([...parse(html).querySelectorAll("[aria-current]")].map((link) => link.textContent));
  for (const link of byId("report").querySelectorAll(".preset, .report__place")) {
    if (current.has(link.textContent)) link.setAttribute("aria-current", link.matches(".preset") ? "true" : "page");
    else link.removeAttribute("aria-current");
  }
  for (const option of byId("report").querySelectorAll("option[selected]")) option.selected = true;
  for (const field of byId("report").querySelectorAll("#asking input")) field.value = field.getAttribute("value");
}

// What was left empty asks for nothing, and has no place in the address.
function addressOf(form) {
  const values = [...new FormData(form)].filter(([, value]) => value !== "");
  const isOwn = values.some(([name, value]) => name === "period" && value === "custom");
  const query = new URLSearchParams(values.filter(([name]) => isOwn || !["from", "to"].includes(name)));
  return `${form.getAttribute("action")}?${query}`;
}

document.addEventListener("change", ({ target }) => {
  const form = target.closest?.("#asking");
  if (!form) return;
  if ("days" in target.dataset) form.elements.namedItem("period")[0].value = "custom";
  show(addressOf(form));
});

document.addEventListener("submit", (event) => {
  if (event.target.id !== "asking") return;
  event.preventDefault();
  show(addressOf(event.target));
});

document.addEventListener("click", (event) => {
  const link = event.target.closest?.("a.preset");
  if (!link || event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  show(link.href);
});

addEventListener("popstate", () => show(location.href, { push: false }));

const handlers = {
  ticket: chatMoved,
  gone: chatMoved,
  counts: showCounts,
  notices: ({ unread }) => showUnread(unread),
  desk: () => refreshBars().catch(() => {}),
  reset: refreshChats,
};

on("print-report", () => print());
on("new-mail", () => location.assign("/#new-mail"));
on("next-ticket", () => location.assign("/"));
on("sidebar", () => byId("sidebar").toggleAttribute("data-my-open"));
on("help", () => byId("help-dialog").showModal());
on("close-dialog", (button) => button.closest("dialog").close());
showTitle();
startChats({ opener: (number) => location.assign(`/tickets/${number}`) });
startLive({ onEvent: ({ name, data }) => handlers[name]?.(data), onState: () => {} });
document.documentElement.dataset.ready = "true";
