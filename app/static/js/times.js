// Keeps "5 minutes ago" true while the page is open; the words are the server's.

import { t } from "./page.js";

const EVERY = 30_000;
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

export function tell(root = document) {
  for (const element of root.querySelectorAll("time.ago")) {
    const text = words(element);
    if (element.textContent !== text) element.textContent = text;
  }
}

function words({ dateTime, dataset }) {
  const age = Date.now() - Date.parse(dateTime);
  if (age < MINUTE) return t("just_now");
  if (age < HOUR) return t("minutes_ago", { count: Math.floor(age / MINUTE) });
  if (age < 24 * HOUR) return t("hours_ago", { count: Math.floor(age / HOUR) });
  return dataset.short;
}

setInterval(tell, EVERY);
