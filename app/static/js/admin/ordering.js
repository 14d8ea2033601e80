// Puts a list in order: by dragging a line, by its arrows, or by Alt with the arrow keys on anything in it.
// The page's own form is sent; the lists are then drawn as the server has them, and the focus stays where it was.

import { byId, t } from "../page.js";
import { flash } from "../flash.js";

let dragged = null;

const linesOf = (list) => [...list.children].filter((each) => each.dataset.id);
const isComposing = (event) => event.isComposing || event.keyCode === 229;

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches("[data-order-form]")) return;
  event.preventDefault();
  const button = event.submitter;
  if (button?.getAttribute("aria-disabled") === "true") return;
  send(form, button);
});

document.addEventListener("keydown", (event) => {
  if (!event.altKey || isComposing(event) || !["ArrowUp", "ArrowDown"].includes(event.key)) return;
  const line = event.target.closest?.("[data-order] > [data-id]");
  if (!line) return;
  event.preventDefault();
  byId(`${event.key === "ArrowUp" ? "up" : "down"}-${line.dataset.id}`)?.click();
});

async function send(form, button = null) {
  const data = new FormData(form, button ?? undefined);
  const focused = document.activeElement?.id;
  const response = await fetch(form.action, { method: "POST", body: data }).catch(() => null);
  if (!response?.ok) return flash(t(response ? "failed" : "offline"), { isWrong: true });
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  byId("order-lists").replaceChildren(...page.getElementById("order-lists").childNodes);
  makeDraggable();
  byId(focused)?.focus();
  const place = byId(focused)?.closest("[data-id]");
  if (place) byId("announcer").textContent = place.textContent.replace(/\s+/g, " ").trim();
}

function makeDraggable() {
  for (const handle of document.querySelectorAll("[data-order] .handle")) {
    handle.draggable = true;
  }
}

document.addEventListener("dragstart", (event) => {
  if (!event.target.matches?.(".handle")) return;
  dragged = event.target.closest("[data-id]");
  dragged.dataset.dragged = "";
  event.dataTransfer.effectAllowed = "move";
  event.dataTransfer.setData("text/plain", dragged.dataset.id);
  event.dataTransfer.setDragImage(dragged, 0, 0);
});

document.addEventListener("dragover", (event) => {
  const list = dragged?.parentElement;
  const over = list && linesOf(list).find((line) => line.contains(event.target));
  if (!over) return;
  event.preventDefault();
  if (over === dragged) return;
  const box = over.getBoundingClientRect();
  over[event.clientY < box.top + box.height / 2 ? "before" : "after"](dragged);
});

document.addEventListener("drop", (event) => dragged && event.preventDefault());

document.addEventListener("dragend", () => {
  if (!dragged) return;
  const list = dragged.parentElement;
  delete dragged.dataset.dragged;
  dragged = null;
  const form = byId(list.dataset.order);
  const order = linesOf(list).map((line) => line.dataset.id).join(",");
  if (form.elements.ids.value === order) return;
  form.elements.ids.value = order;
  send(form);
});

makeDraggable();
