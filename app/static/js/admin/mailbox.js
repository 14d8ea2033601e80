// Tries a mailbox's settings without losing what was typed, and follows what is being fetched.

import { byId, t } from "../page.js";
import { flash } from "../flash.js";

const EVERY = 2000;

document.addEventListener("click", (event) => {
  const button = event.target.closest?.("[data-check]");
  if (!button) return;
  event.preventDefault();
  if (button.getAttribute("aria-busy") !== "true") check(button);
});

async function check(button) {
  const words = button.textContent;
  const { form, formAction } = button;
  const result = byId("check-result");
  button.setAttribute("aria-busy", "true");
  button.textContent = button.dataset.checking;
  const isAmongResults = result.contains(button);
  if (!isAmongResults) result.replaceChildren();
  clearErrors(form);
  const response = await fetch(formAction, { method: "POST", body: new FormData(form), headers: { "HX-Request": "true" } }).catch(() => null);
  button.textContent = words;
  button.removeAttribute("aria-busy");
  if (!response?.ok) return flash(t(response ? "failed" : "offline"), { isWrong: true });
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  result.replaceChildren(page.getElementById("check-steps"));
  if (isAmongResults) form.querySelector("[data-check]").focus();
  showErrors(form, result);
}

// What is folded away cannot be focused, so that what is wrong there would only keep the form from being sent.
document.addEventListener("invalid", ({ target }) => unfold(target), true);

function unfold(field) {
  const group = field.closest(".group");
  if (group) group.open = true;
}

function clearErrors(form) {
  for (const field of form.querySelectorAll("[data-my-tried]")) {
    field.removeAttribute("aria-invalid");
    field.removeAttribute("data-my-tried");
    field.setAttribute("aria-describedby", field.dataset.describedBy ?? "");
    field.closest(".field").querySelector(".field__error[data-tried]")?.remove();
  }
}

function showErrors(form, result) {
  const wrong = [...result.querySelectorAll("[data-field]")].map((step) => [step, form.elements[step.dataset.field]]).filter(([, field]) => field);
  for (const [step, field] of wrong) {
    const line = Object.assign(document.createElement("p"), { className: "field__error", id: `${field.name}-tried`, textContent: step.dataset.words });
    line.dataset.tried = "";
    field.after(line);
    field.dataset.myTried = "";
    field.dataset.describedBy = field.getAttribute("aria-describedby") ?? "";
    field.setAttribute("aria-invalid", "true");
    unfold(field);
    field.setAttribute("aria-describedby", `${field.dataset.describedBy} ${line.id}`.trim());
  }
  wrong[0]?.[1].focus();
}

async function follow() {
  const shown = document.querySelector("[data-poll]");
  if (!shown) return;
  const response = await fetch(shown.dataset.poll, { headers: { "HX-Request": "true" } }).catch(() => null);
  if (response?.ok) {
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    replace(shown, page.getElementById(shown.id));
  }
  setTimeout(follow, EVERY);
}

function replace(shown, fresh) {
  const focused = shown.contains(document.activeElement) ? document.activeElement.form?.getAttribute("action") : null;
  shown.replaceWith(fresh);
  if (focused) fresh.querySelector(`form[action="${focused}"] button`)?.focus();
}

setTimeout(follow, EVERY);
