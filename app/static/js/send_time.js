// When something shall leave: some usual times and a field, all in the desk's zone.

import { Problem } from "./api.js";
import { byId, desk, make, t } from "./page.js";

const HOUR = 9;
const MONDAY = 1;
const AFTERNOON = 13;

const dialog = byId("send-time-dialog");
const field = byId("send-time-field");
const error = byId("send-time-error");
let take = async () => {};

// Asks for a time and hands it over as an instant; what it throws at `send_at` is shown at the field.
export function askTime({ current = "", act }) {
  take = act;
  complain("");
  field.value = current ? localOf(new Date(current)) : localOf(next({ days: 1 }));
  field.min = localOf(new Date());
  byId("send-time-presets").replaceChildren(...presets().map(button));
  dialog.showModal();
}

function presets() {
  const { hour, weekday } = partsOf(new Date());
  const untilMonday = (MONDAY - weekday + 7) % 7 || 7;
  const found = [["tomorrow", next({ days: 1 })], ["monday", next({ days: untilMonday })]];
  if (hour < AFTERNOON - 1) found.unshift(["today", next({ days: 0, hour: AFTERNOON })]);
  return untilMonday === 1 ? found.filter(([key]) => key !== "tomorrow") : found;
}

function button([key, at]) {
  const element = make("button", { type: "button", class: "button send-time__preset" }, t(`send_${key}`, { time: timeOf(at) }), make("span", { class: "send-time__day" }, dayOf(at)));
  element.addEventListener("click", () => choose(at));
  return element;
}

async function choose(at) {
  complain("");
  try {
    await take(at);
    dialog.close();
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem;
    complain(problem.errors.find(({ field: name }) => name === "send_at")?.message ?? (problem.detail || problem.title));
  }
}

byId("send-time-form").addEventListener("submit", (event) => {
  event.preventDefault();
  if (field.value) choose(instantOf(field.value));
  else complain(t("time_needed"));
});

function complain(message) {
  error.textContent = message;
  error.hidden = !message;
  field.toggleAttribute("aria-invalid", Boolean(message));
  if (message && dialog.open) field.focus();
}

function format(options) {
  return new Intl.DateTimeFormat(desk.locale, { timeZone: desk.zone, ...options });
}

const timeOf = (at) => format({ hour: "numeric", minute: "2-digit", hourCycle: "h23" }).format(at);
const dayOf = (at) => format({ month: "numeric", day: "numeric", weekday: "short" }).format(at);
export const whenOf = (at) => `${dayOf(at)} ${timeOf(at)}`;

// A day from today at an hour of the desk's zone.
export function next({ days, hour = HOUR }) {
  const { year, month, day } = partsOf(new Date());
  const date = new Date(Date.UTC(year, month - 1, day + days, hour));
  return instantOf(date.toISOString().slice(0, 16));
}

function partsOf(instant) {
  const parts = new Intl.DateTimeFormat("en-US", { timeZone: desk.zone, year: "numeric", month: "numeric", day: "numeric", hour: "numeric", minute: "numeric", second: "numeric", hourCycle: "h23" }).formatToParts(instant);
  const found = Object.fromEntries(parts.map(({ type, value }) => [type, Number(value)]));
  return { ...found, weekday: new Date(Date.UTC(found.year, found.month - 1, found.day)).getUTCDay() };
}

const shiftAt = (instant) => {
  const { year, month, day, hour, minute, second } = partsOf(instant);
  return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(instant / 1000) * 1000;
};

export const localOf = (instant) => new Date(instant.getTime() + shiftAt(instant)).toISOString().slice(0, 16);

// What a clock on the desk's wall shows, as an instant; looked at twice, since the shift is that of the instant itself.
export function instantOf(local) {
  const wall = Date.parse(`${local}Z`);
  const guess = new Date(wall - shiftAt(new Date(wall)));
  return new Date(wall - shiftAt(guess));
}
