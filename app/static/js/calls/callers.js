// Who is calling: found while the number or the name is typed, chosen by arrows and Enter or by a click. Whose number
// is known in full is taken at once. Enter leads on: to the name, or to what it is about.

import { api } from "../api.js";
import { isComposing } from "../composing.js";
import { byId, icon, make, t } from "../page.js";

const PAUSE = 150;
const box = byId("caller-list");
const known = byId("call-known");
const person = byId("call-person");
let timer;
let asked = 0;
let found = [];
let active = -1;
let chosen = null;
let isByNumber = false; // then another number is another caller
let onChoose = () => {};

export const caller = () => chosen;
export const chosenTicket = () => Number(known.querySelector("[name='ticket']:checked")?.value) || null;

export function startCallers({ fields, change }) {
  onChoose = change;
  for (const field of fields) {
    for (const kind of ["input", "compositionend"]) field.addEventListener(kind, (event) => !isComposing(event) && soon(field));
    field.addEventListener("keydown", (event) => press(event));
    field.addEventListener("focus", () => draw(field));
    field.addEventListener("blur", () => setTimeout(() => !box.matches(":hover") && hide()));
  }
}

function soon(field) {
  clearTimeout(timer);
  timer = setTimeout(() => look(field), PAUSE);
}

export async function look(field) {
  if (chosen && isByNumber && field.name === "tel") release();
  const mine = (asked += 1);
  const words = field.value.trim();
  const { items } = words.length > 1 || field.name === "name" ? await api("GET", `/calls/callers?q=${encodeURIComponent(words)}`).catch(() => ({ items: [] })) : { items: [] };
  if (mine !== asked || chosen) return;
  found = words ? items : [];
  active = -1;
  const exact = found.filter((one) => one.is_exact);
  if (field.name === "tel" && exact.length === 1) take(exact[0], field);
  else draw(field);
}

function draw(field) {
  const isShown = found.length > 0 && !chosen && document.activeElement === field;
  box.replaceChildren(...found.map(option));
  box.hidden = !isShown;
  for (const each of [byId("call-tel"), byId("call-name")]) {
    each.setAttribute("aria-expanded", isShown && each === field);
    each.removeAttribute("aria-activedescendant");
  }
  if (isShown) byId("call-found").textContent = t("callers_found", { count: found.length });
}

function option(one, index) {
  const element = make("div", { class: "caller", id: `caller-${index}`, role: "option", "aria-selected": "false" }, ...words(one));
  element.addEventListener("mousedown", (event) => event.preventDefault());
  element.addEventListener("click", () => take(one, byId("call-tel").getAttribute("aria-expanded") === "true" ? byId("call-tel") : byId("call-name")));
  return element;
}

function words(one) {
  return [
    make("span", { class: "caller__name" }, one.name, one.reading ? make("span", { class: "call__quiet" }, `（${one.reading}）`) : null),
    one.company ? make("span", { class: "call__quiet" }, one.company) : null,
    make("span", { class: "call__quiet caller__tel" }, one.tels.join(" / ")),
    make("span", { class: "call__quiet" }, t("callers_tickets", { count: one.ticket_count })),
  ];
}

function hide() {
  box.hidden = true;
  for (const each of [byId("call-tel"), byId("call-name")]) each.setAttribute("aria-expanded", "false");
}

function press(event) {
  if (isComposing(event) || event.ctrlKey || event.metaKey) return;
  if (event.key === "Enter") {
    event.preventDefault();
    if (active >= 0 && !box.hidden) take(found[active], event.target);
    (chosen || event.target.name === "name" ? byId("call-content") : byId("call-name")).focus();
    return;
  }
  if (event.key === "Escape" && !box.hidden) {
    event.preventDefault();
    event.stopPropagation();
    hide();
    return;
  }
  const move = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!move || box.hidden) return;
  event.preventDefault();
  mark(Math.min(Math.max(active + move, 0), found.length - 1), event.target);
}

function mark(index, field) {
  box.children[active]?.setAttribute("aria-selected", "false");
  active = index;
  box.children[active].setAttribute("aria-selected", "true");
  box.children[active].scrollIntoView({ block: "nearest" });
  field.setAttribute("aria-activedescendant", `caller-${active}`);
}

// A number that was only begun becomes the whole one.
function take(one, field) {
  const tel = byId("call-tel");
  isByNumber = field === tel && one.tels.length > 0;
  if (one.tels.length && !one.is_exact && (isByNumber || !tel.value)) tel.value = one.tels[0];
  choose(one);
}

export function choose(one, ticket = null) {
  chosen = one;
  hide();
  const hadFocus = person.contains(document.activeElement);
  person.hidden = true;
  const drop = make("button", { type: "button", class: "button button--quiet button--icon", "aria-label": t("caller_other") }, icon("close"));
  drop.addEventListener("click", () => release(true));
  known.replaceChildren(make("div", { class: "call__chip" }, ...words(one), drop), ...(one.tickets.length ? [tickets(one, ticket)] : []));
  known.hidden = false;
  byId("call-found").textContent = t("caller_known", { name: one.name });
  if (hadFocus) (known.querySelector("[name='ticket']:checked") ?? byId("call-content")).focus();
  onChoose();
}

// A call may be about what is open already.
function tickets(one, ticket) {
  const line = (value, text, status) => make("label", { class: "call__choice" }, make("input", { type: "radio", name: "ticket", value, checked: String(ticket ?? "") === String(value) }), make("span", {}, text), status ? make("span", { class: "call__quiet" }, status) : null);
  const lines = one.tickets.map(({ number, subject, status }) => line(number, `#${number} ${subject}`, status));
  return make("fieldset", { class: "call__choices" }, make("legend", { class: "field__label" }, t("call_about")), line("", t("call_new_ticket"), ""), ...lines);
}

export function release(isByHand = false) {
  chosen = null;
  known.hidden = true;
  known.replaceChildren();
  person.hidden = false;
  found = [];
  if (isByHand) byId("call-name").focus();
  onChoose();
}
