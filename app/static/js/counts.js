// Counts beside tabs and mailboxes; the browser's title and icon carry the number of new tickets that wait for who reads.

import { byId, desk, t, ticket } from "./page.js";
import { isOwn } from "./tabs/matching.js";

const MAX_ON_ICON = 99;
const MAX_COUNTED = 999;
const SIZE = 32;
let fresh = desk.fresh;
let others = 0;

export function showCounts(counts) {
  fill("tab-count", counts.tabs);
  fill("mailbox-count", counts.mailboxes);
  showUnlessNone(byId("handover-count"), counts.handovers);
  showUnlessNone(byId("not-sent"), counts.not_sent);
  fresh = counts.fresh;
  showTitle();
}

// What waits beside new tickets: words in chats that one has begun with.
export function alsoWaiting(count) {
  if (count === others) return;
  others = count;
  showTitle();
}

const waiting = () => fresh + others;

export function showTitle() {
  const parts = [ticket()?.dataset.subject ?? (byId("home-title") ?? byId("report-title"))?.textContent, t("app")].filter(Boolean);
  document.title = (waiting() ? `(${waiting()}) ` : "") + parts.join(" – ");
  drawIcon();
}

function showUnlessNone(element, count) {
  (element.querySelector("[data-count]") ?? element).textContent = count;
  element.hidden = !count;
}

function fill(attribute, numbers) {
  for (const [key, count] of Object.entries(numbers)) {
    for (const element of document.querySelectorAll(`[data-${attribute}="${key}"]`)) element.textContent = shown(key, count);
  }
}

// Tabs of one's own are counted up to a thousand.
const shown = (key, count) => (isOwn(key) && count > MAX_COUNTED ? `${MAX_COUNTED}+` : count);

function drawIcon() {
  const link = byId("favicon");
  link.dataset.plain ??= link.href;
  if (!waiting()) {
    link.href = link.dataset.plain;
    return;
  }
  const picture = new Image();
  picture.onload = () => {
    link.href = badge(picture, Math.min(waiting(), MAX_ON_ICON));
  };
  picture.src = link.dataset.plain;
}

function badge(picture, number) {
  const canvas = Object.assign(document.createElement("canvas"), { width: SIZE, height: SIZE });
  const pen = canvas.getContext("2d");
  pen.drawImage(picture, 0, 0, SIZE, SIZE);
  pen.fillStyle = "#b23c22";
  pen.beginPath();
  pen.arc(21, 11, 11, 0, 7);
  pen.fill();
  Object.assign(pen, { fillStyle: "#fff", font: "bold 15px sans-serif", textAlign: "center", textBaseline: "middle" });
  pen.fillText(number, 21, 12);
  return canvas.toDataURL("image/png");
}
