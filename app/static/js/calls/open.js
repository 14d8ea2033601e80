// The way to a phone note from wherever one is, and back; what was saved is said on the page that one comes back to.

import { on } from "../actions.js";
import { flash } from "../flash.js";
import { openNumber, t } from "../page.js";

const FROM = "madoguchi-call-from";
const SAVED = "madoguchi-call-saved";

function open(query = "") {
  sessionStorage.setItem(FROM, location.href);
  location.assign(`/calls/new${query}`);
}

export function newCall() {
  open();
}

export function addCall() {
  if (openNumber()) open(`?ticket=${openNumber()}`);
}

// Where one was; from a telephone system's link there is no such place.
export function goBack(otherwise = "/") {
  const from = sessionStorage.getItem(FROM);
  sessionStorage.removeItem(FROM);
  location.assign(from ?? otherwise);
}

export function goBackSaved(number) {
  sessionStorage.setItem(SAVED, number);
  goBack(`/tickets/${number}`);
}

// Called once by each page of the desk.
export function tellSaved() {
  const number = sessionStorage.getItem(SAVED);
  sessionStorage.removeItem(SAVED);
  if (!number) return;
  const isThere = location.pathname === `/tickets/${number}`;
  flash(t("call_saved", { number }), { link: isThere ? undefined : { href: `/tickets/${number}`, words: t("call_look") } });
}

on("new-call", newCall);
on("missed-call", () => open("?dir=missed"));
on("add-call", addCall);
