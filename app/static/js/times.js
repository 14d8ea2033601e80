// Keeps "5 minutes ago" true while the page is open; the words are the server's.

import { t } from "./page.js";

const EVERY = 30_000;
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const SOON = 2 * HOUR;

export function tell(root = document) {
  for (const element of root.querySelectorAll("time.ago")) {
    const text = words(element);
    if (element.textContent !== text) element.textContent = text;
  }
  tellDue(root);
}

function words({ dateTime, dataset }) {
  const age = Date.now() - Date.parse(dateTime);
  if (age < MINUTE) return t("just_now");
  if (age < HOUR) return t("minutes_ago", { count: Math.floor(age / MINUTE) });
  if (age < 24 * HOUR) return t("hours_ago", { count: Math.floor(age / HOUR) });
  return dataset.short;
}

function tellDue(root) {
  for (const element of root.querySelectorAll("time.due__time")) {
    const left = Date.parse(element.dateTime) - Date.now();
    const text = dueWords(left, element.dataset.short);
    if (element.textContent !== text) element.textContent = text;
    const sign = element.closest(".due");
    sign.classList.toggle("due--late", left <= 0);
    sign.classList.toggle("due--soon", left > 0 && left <= SOON);
  }
}

function dueWords(left, short) {
  const away = Math.abs(left);
  const word = left > 0 ? "due" : "late";
  if (away < HOUR) return t(`${word}_minutes`, { count: Math.max(1, Math.floor(away / MINUTE)) });
  if (away < 24 * HOUR) return t(`${word}_hours`, { count: Math.floor(away / HOUR) });
  return left > 0 ? t("due_at", { time: short }) : t("late_days", { count: Math.floor(away / (24 * HOUR)) });
}

setInterval(tell, EVERY);
