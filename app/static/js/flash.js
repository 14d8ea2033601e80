import { on } from "./actions.js";
import { byId, icon, make, t } from "./page.js";

const STAY = 5000;
const STAY_TO_UNDO = 12_000;
let timer;

// A line that goes by itself when it only tells of success, and stays when something went wrong. `undo` takes it back.
export function flash(title, { detail = "", isWrong = false, undo = undefined, link = undefined } = {}) {
  const words = make("div", { class: "flash__words" }, make("p", { class: "flash__title" }, title));
  if (detail && detail !== title) words.append(make("p", {}, detail));
  const close = make("button", { type: "button", class: "button button--quiet button--icon", "data-action": "close-flash", "aria-label": t("close") }, icon("close"));
  const line = make("div", { id: "flash", class: isWrong ? "flash flash--wrong" : "flash", role: isWrong ? "alert" : "status" }, icon(isWrong ? "warn" : "check"), words);
  if (undo) line.append(undoButton(undo));
  if (link) line.append(make("a", { class: "button", href: link.href }, link.words));
  line.append(close);
  byId("flash").replaceWith(line);
  clearTimeout(timer);
  if (!isWrong) timer = setTimeout(leave, undo || link ? STAY_TO_UNDO : STAY);
}

function undoButton(undo) {
  const button = make("button", { type: "button", class: "button", "data-undo": true, "aria-keyshortcuts": "z" }, t("undo"), make("kbd", {}, "z"));
  button.addEventListener("click", () => {
    clearFlash();
    undo();
  });
  return button;
}

export function flashProblem(problem) {
  flash(problem.title, { detail: problem.detail, isWrong: true });
}

// Not under a hand that is about to use it.
function leave() {
  if (byId("flash").matches(":hover, :focus-within")) timer = setTimeout(leave, STAY);
  else clearFlash();
}

export function clearFlash() {
  byId("flash").replaceWith(make("div", { id: "flash" }));
}

on("close-flash", clearFlash);
