// The fields of a form in the settings: adding, moving and removing without the page being loaded anew. The page's
// own buttons are sent, so that the server alone knows how it goes; nothing is kept before it is saved.

import { byId, t } from "../page.js";
import { flash } from "../flash.js";

const isComposing = (event) => event.isComposing || event.keyCode === 229;
let isChanged = false;
let isSaving = false;

const form = () => byId("form-fields");

document.addEventListener("submit", (event) => {
  if (!event.target.matches("[data-fields-form]")) return;
  const button = event.submitter;
  if (!button || button.value === "save") {
    isSaving = true;
    return;
  }
  event.preventDefault();
  if (button.getAttribute("aria-disabled") !== "true") act(button);
});

document.addEventListener("input", (event) => {
  if (event.target.closest("[data-fields-form]")) isChanged = true;
});

document.addEventListener("keydown", (event) => {
  if (!event.altKey || isComposing(event) || !["ArrowUp", "ArrowDown"].includes(event.key)) return;
  const line = event.target.closest?.("[data-choice], [data-field]");
  if (!line) return;
  event.preventDefault();
  byId(`${event.key === "ArrowUp" ? "up" : "down"}-${line.dataset.choice ?? line.dataset.field}`)?.click();
});

// In the last choice, Enter makes room for one more, as in a list that one writes.
document.addEventListener("keydown", (event) => {
  const line = event.key === "Enter" && !isComposing(event) && event.target.matches?.("input") && event.target.closest("[data-choice]");
  if (!line) return;
  event.preventDefault();
  const next = line.nextElementSibling?.querySelector("input:not([type=hidden])");
  if (next) return next.focus();
  if (event.target.value) line.closest("fieldset").querySelector('button[value^="choice add"]').click();
});

addEventListener("beforeunload", (event) => {
  if (!isSaving && (isChanged || form().hasAttribute("data-changed"))) event.preventDefault();
});

async function act(button) {
  const data = new FormData(form(), button);
  const response = await fetch(form().action, { method: "POST", body: data }).catch(() => null);
  if (!response?.ok) return flash(t(response ? "failed" : "offline"), { isWrong: true });
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  form().replaceWith(page.getElementById("form-fields"));
  isChanged = true;
  const focused = form().querySelector("[data-focus]") ?? form().querySelector(".form-fields__add button");
  focused.focus();
  focused.scrollIntoView({ block: "nearest" });
  const field = focused.closest("[data-field]");
  if (field) byId("announcer").textContent = field.querySelector(".form-field__title").textContent;
}
