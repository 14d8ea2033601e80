// Single keys of the reports and boards. None fires in a field, with a dialog open, or while an IME composes.

import { act } from "../actions.js";
import { isComposing } from "../composing.js";
import { takeBackNewest } from "../holding.js";
import { byId } from "../page.js";
import { onPaletteKey } from "../palette.js";

const keys = {
  h: () => location.assign("/home"),
  o: () => location.assign("/"),
  G: () => location.assign("/reports"),
  n: () => act("new-mail"),
  d: () => act("new-call"),
  missed: () => act("missed-call"),
  Z: takeBackNewest,
  "/": () => location.assign("/#search"),
  "?": () => act("help"),
};

document.addEventListener("keydown", (event) => {
  if (isComposing(event) || event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
  if (document.querySelector("dialog[open], [popover]:popover-open") || event.target.closest?.("input, textarea, select")) return;
  if (event.key === "Escape") byId("sidebar")?.removeAttribute("data-my-open");
  if (!keys[event.key]) return;
  event.preventDefault();
  keys[event.key]();
});

onPaletteKey((key) => keys[key]?.());
