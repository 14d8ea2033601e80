// Notices on the desktop, also while one looks at something else. One tab tells for all: the one that has the stream.

import { on } from "./actions.js";
import { fragment } from "./api.js";
import { isLeading } from "./live.js";
import { byId, desk, openNumber, t } from "./page.js";
import { parse } from "./swap.js";

const KEY = `madoguchi-noticed-${desk.agent.id}`;
const isPossible = "Notification" in window && isSecureContext;
let isAsking = false;

if (localStorage.getItem(KEY) === null) setSeen(desk.newest_notice);

const seen = () => Number(localStorage.getItem(KEY));

function setSeen(id) {
  localStorage.setItem(KEY, String(id));
}

// `open` shows a ticket in this page.
export async function tellDesktop(newest, open) {
  if (!isLeading() || isAsking || newest <= seen()) return;
  const after = seen();
  setSeen(newest);
  if (!isPossible || Notification.permission !== "granted") return;
  isAsking = true;
  try {
    const list = parse(await fragment(`/notices/fresh?after=${after}`, "notices-panel"));
    for (const line of list.querySelectorAll("[data-notice]")) tell(line, open);
  } catch {
    setSeen(after);
  } finally {
    isAsking = false;
  }
}

// Of a chat that is nobody's yet: of one's own there are notices.
export function tellOfChat(number, name, words, open) {
  if (!isPossible || Notification.permission !== "granted" || document.hasFocus()) return;
  notify(t("chat_new", { name }), words, `madoguchi-chat-${number}`, () => open(number));
}

function tell(line, open) {
  const number = Number(line.dataset.ticketNumber);
  const { path } = line.dataset;
  if (document.hasFocus() && openNumber() === number) return;
  const words = (part) => line.querySelector(`.notice__${part}`)?.textContent ?? "";
  const body = [words("subject"), words("text")].filter(Boolean).join("\n");
  notify(words("words"), body, `madoguchi-${line.dataset.notice}`, () => (path ? location.assign(path) : open(number)));
}

function notify(title, body, tag, clicked) {
  const icon = byId("favicon").dataset.plain ?? byId("favicon").href;
  const shown = new Notification(title, { body, icon, tag });
  shown.addEventListener("click", () => {
    window.focus();
    shown.close();
    clicked();
  });
}

// Asked by a click only; the question stands where notices are read.
export function offerDesktop() {
  byId("notices-ask").hidden = !isPossible || Notification.permission !== "default";
}

on("allow-desktop", async () => {
  await Notification.requestPermission();
  offerDesktop();
});
