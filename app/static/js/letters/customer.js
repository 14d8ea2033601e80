// The form of how a customer is addressed: it folds when what was typed is saved, and is left alone until then.

import { byId } from "../page.js";

const fields = () => [...(byId("customer-form")?.querySelectorAll(".field__input") ?? [])];

document.addEventListener("htmx:after:swap", ({ detail: { ctx } }) => {
  if (ctx.sourceElement?.id !== "customer-form") return;
  byId("customer-edit").open = false;
  for (const field of fields()) field.value = field.defaultValue;
  byId("customer-edit").querySelector("summary").focus();
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || event.isComposing || !event.target.closest?.("#customer-form")) return;
  event.stopPropagation();
  for (const field of fields()) field.value = field.defaultValue;
  byId("customer-edit").open = false;
  byId("customer-edit").querySelector("summary").focus();
}, true);
