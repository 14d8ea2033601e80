import { on } from "./actions.js";
import { byId, icon, make, t } from "./page.js";

const STAY = 5000;
let timer;

// A line that goes by itself when it only tells of success, and stays when something went wrong.
export function flash(title, { detail = "", isWrong = false } = {}) {
  const words = make("div", { class: "flash__words" }, make("p", { class: "flash__title" }, title));
  if (detail && detail !== title) words.append(make("p", {}, detail));
  const close = make("button", { type: "button", class: "button button--quiet button--icon", "data-action": "close-flash", "aria-label": t("close") }, icon("close"));
  const line = make("div", { id: "flash", class: isWrong ? "flash flash--wrong" : "flash", role: isWrong ? "alert" : "status" }, icon(isWrong ? "warn" : "check"), words, close);
  byId("flash").replaceWith(line);
  clearTimeout(timer);
  if (!isWrong) timer = setTimeout(clearFlash, STAY);
}

export function flashProblem(problem) {
  flash(problem.title, { detail: problem.detail, isWrong: true });
}

export function clearFlash() {
  byId("flash").replaceWith(make("div", { id: "flash" }));
}

on("close-flash", clearFlash);
