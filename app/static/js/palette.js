// Ctrl+K: whatever can be done or gone to, found by its name, with the key that does it too.

import { isComposing } from "./composing.js";
import { openMenu } from "./menus.js";
import { byId, make, openNumber } from "./page.js";

const KEY = "key-";
let press; // what a key does on this page

export function onPaletteKey(handler) {
  press = handler;
}

document.addEventListener("keydown", (event) => {
  const isMeant = event.key.toLowerCase() === "k" && (event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey;
  if (!isMeant || isComposing(event) || document.querySelector("dialog[open]")) return;
  event.preventDefault();
  fill();
  openMenu("palette");
});

byId("palette-button").addEventListener("pointerdown", fill);
byId("palette-button").addEventListener("keydown", fill);

document.addEventListener("menu-choose", ({ detail }) => {
  if (detail.id !== "palette") return;
  const [value] = detail.values;
  // After the list has given the focus back, or what the key opens would lose it again.
  if (value.startsWith(KEY)) setTimeout(() => press(value.slice(KEY.length)));
  else go(value === "print" ? `/tickets/${openNumber()}/print` : value);
});

// As it is now: with or without a ticket open, with the tabs that there are.
function fill() {
  const groups = byId("palette-shelf").content.cloneNode(true);
  if (!openNumber()) groups.querySelector("[data-needs-ticket]")?.remove();
  const places = groups.querySelector("[data-places]");
  for (const link of document.querySelectorAll("#sidebar a.tab:not([aria-keyshortcuts])")) places.append(placeOf(link, places.children.length));
  byId("palette-options").replaceChildren(groups);
}

function placeOf(link, number) {
  const words = make("span", { class: "menu__words" }, link.querySelector(".tab__name, .chat-line__name").textContent);
  const value = link.getAttribute("href");
  return make("div", { class: "menu__option", id: `palette-place-${number}`, role: "option", "aria-selected": "false", "data-value": value }, words);
}

function go(path) {
  const link = [...document.querySelectorAll("#sidebar a.tab")].find((each) => each.getAttribute("href") === path);
  if (link) link.click();
  else location.assign(path);
}
