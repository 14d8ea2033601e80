// The dialog that asks for what holding or closing needs, and shows every field of a ticket. What is wrong is said
// at its field, and what was typed stays.

import { fragment } from "./api.js";
import { isComposing } from "./composing.js";
import { flashProblem } from "./flash.js";
import { byId, t } from "./page.js";
import { replace } from "./swap.js";

const dialog = byId("details-dialog");
const form = byId("details-form");
const boxes = () => [...form.querySelectorAll("[data-detail]")];
const controlOf = (box) => box.querySelector("input, select");

// Whether a refusal is about something that this dialog can ask for.
export const isAboutDetails = ({ status, errors }) => status === 422 && errors.some(({ field }) => isDetail(field));
const isDetail = (field) => field === "hold_reason" || field === "category_id" || field.startsWith("fields.");

// Asks, and does `act(body)` with the answers until it is not refused; true when it was done.
// `purpose` is "hold", "close", "send" or "fields"; `errors` what was missing.
export async function askDetails(number, { purpose, errors = [], act }) {
  try {
    await replace(byId("details-body"), await fragment(`/tickets/${number}/details`, "details-body"));
  } catch (problem) {
    flashProblem(problem);
    return false;
  }
  dress(purpose, errors);
  complain(errors);
  dialog.showModal();
  firstWrong().focus();
  return new Promise((resolve) => {
    let isDone = false;
    form.onsubmit = async (event) => {
      event.preventDefault();
      if (form.getAttribute("aria-busy") === "true") return;
      isDone = await attempt(act);
      if (isDone) dialog.close();
    };
    dialog.onclose = () => resolve(isDone);
  });
}

async function attempt(act) {
  form.setAttribute("aria-busy", "true");
  complain([]);
  try {
    await act(answers());
    return true;
  } catch (problem) {
    if (isAboutDetails(problem)) complain(problem.errors);
    else showWhy([problem.title, problem.detail === problem.title ? "" : problem.detail].join(" "));
    firstWrong().focus();
    return false;
  } finally {
    form.removeAttribute("aria-busy");
  }
}

function dress(purpose, errors) {
  const wanted = new Set(errors.map(({ field }) => field));
  for (const box of boxes()) {
    const { detail } = box.dataset;
    if (detail === "hold_reason") box.hidden = purpose !== "hold" && !wanted.has(detail);
    else if (purpose === "hold") box.hidden = true;
    else if (purpose !== "fields") box.hidden = !wanted.has(detail);
    else if (detail === "category_id") box.hidden = true;
  }
  const none = form.querySelector("[data-detail-none]");
  if (none) none.hidden = purpose !== "fields";
  byId("details-title").textContent = t({ hold: "details_hold", fields: "details_fields" }[purpose] ?? "details_close");
  byId("details-save").textContent = t({ hold: "details_hold_do", close: "details_close_do", send: "details_send_do" }[purpose] ?? "save");
  showWhy("");
}

function showWhy(words) {
  byId("details-why").textContent = words;
  byId("details-why").hidden = !words;
}

function complain(errors) {
  const words = new Map(errors.map(({ field, message }) => [field, message]));
  for (const box of boxes()) {
    const message = words.get(box.dataset.detail) ?? "";
    const line = box.querySelector(".field__error");
    line.textContent = message;
    line.hidden = !message;
    box.classList.toggle("field--wrong", Boolean(message));
    controlOf(box).toggleAttribute("aria-invalid", Boolean(message));
    if (message) box.hidden = false;
  }
}

function firstWrong() {
  const visible = boxes().filter((box) => !box.hidden);
  return controlOf(visible.find((box) => box.classList.contains("field--wrong")) ?? visible[0] ?? form) ?? byId("details-save");
}

function answers() {
  const body = {};
  for (const box of boxes().filter((one) => !one.hidden)) {
    const { detail } = box.dataset;
    const control = controlOf(box);
    const value = control.type === "checkbox" ? control.checked : control.value;
    if (detail === "hold_reason") body.hold_reason = value;
    else if (detail === "category_id") body.category_id = value ? Number(value) : null;
    else (body.fields ??= {})[detail.slice("fields.".length)] = value;
  }
  return body;
}

form.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && isComposing(event)) event.preventDefault();
});
