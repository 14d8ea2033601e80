// The stickers that an account may send (LINE's public list), those used last first. Arrows move, Enter takes.

import { on } from "../actions.js";
import { byId, desk, make, t } from "../page.js";
import { chooseSticker, stickerPicture } from "./beside.js";
import { textField } from "./elements.js";

// Package, first and last sticker.
const PACKAGES = [
  [446, 1988, 2027],
  [789, 10855, 10894],
  [1070, 17839, 17878],
  [6136, 10551376, 10551399],
  [6325, 10979904, 10979927],
  [6359, 11069848, 11069871],
  [6362, 11087920, 11087943],
  [6370, 11088016, 11088039],
  [6632, 11825374, 11825397],
  [8515, 16581242, 16581265],
  [8522, 16581266, 16581289],
  [8525, 16581290, 16581313],
  [11537, 52002734, 52002773],
  [11538, 51626494, 51626533],
  [11539, 52114110, 52114149],
];
const KEPT = 12;
const key = `madoguchi-stickers-${desk.agent.id}`;
const dialog = byId("stickers-dialog");
const shelf = byId("sticker-shelf");
const packageField = byId("sticker-package");

export function openStickers() {
  if (!packageField.options.length) fillPackages();
  packageField.value = lastUsed().length ? "last" : String(PACKAGES[0][0]);
  show();
  dialog.showModal();
  shelf.querySelector("button")?.focus();
}

function fillPackages() {
  packageField.append(make("option", { value: "last" }, t("stickers_last")));
  packageField.append(...PACKAGES.map(([id], index) => make("option", { value: id }, t("stickers_package", { number: index + 1 }))));
}

function show() {
  const stickers = packageField.value === "last" ? lastUsed() : stickersOf(Number(packageField.value));
  shelf.replaceChildren(...stickers.map(button));
  if (!stickers.length) shelf.append(make("p", { class: "field__hint" }, t("stickers_none")));
}

function stickersOf(wanted) {
  const [id, first, last] = PACKAGES.find(([each]) => each === wanted);
  return Array.from({ length: last - first + 1 }, (_, index) => ({ package_id: String(id), sticker_id: String(first + index) }));
}

function button(sticker, index) {
  const { package_id: packageId, sticker_id: id } = sticker;
  return make("button", { type: "button", class: "sticker", "data-action": "take-sticker", "data-package": packageId, "data-sticker": id, tabindex: index ? -1 : 0 }, stickerPicture(sticker));
}

function lastUsed() {
  try {
    return JSON.parse(localStorage.getItem(key)) ?? [];
  } catch {
    return [];
  }
}

function remember(sticker) {
  const others = lastUsed().filter(({ sticker_id: id }) => id !== sticker.sticker_id);
  try {
    localStorage.setItem(key, JSON.stringify([sticker, ...others].slice(0, KEPT)));
  } catch {
    // A full or forbidden store: then none are remembered.
  }
}

function columns() {
  return getComputedStyle(shelf).gridTemplateColumns.split(" ").length;
}

function step(event) {
  const steps = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: columns(), ArrowUp: -columns() };
  const buttons = [...shelf.querySelectorAll("button")];
  const to = buttons[buttons.indexOf(document.activeElement) + (steps[event.key] ?? 0)];
  if (!(event.key in steps) || !to) return;
  event.preventDefault();
  for (const each of buttons) each.tabIndex = each === to ? 0 : -1;
  to.focus();
}

shelf.addEventListener("keydown", step);
packageField.addEventListener("change", show);
on("take-sticker", ({ dataset }) => {
  const sticker = { package_id: dataset.package, sticker_id: dataset.sticker };
  remember(sticker);
  dialog.close();
  chooseSticker(sticker);
  textField.focus();
});
