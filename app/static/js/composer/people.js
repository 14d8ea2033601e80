// Customers whom one knows, offered while a recipient is typed: by the beginning of their name or address.

import { api } from "../api.js";
import { isComposing } from "../composing.js";
import { byId, make } from "../page.js";

const PAUSE = 200;
const MOST = 8;
const offers = byId("known-people");
let known = new Map();
let timer = null;
let asked = 0;

export const knownPerson = (text) => known.get(text) ?? null;

export function offerPeople(event) {
  clearTimeout(timer);
  const words = event.target.value.trim();
  if (isComposing(event) || !words) return;
  timer = setTimeout(() => offer(words), PAUSE);
}

async function offer(words) {
  const request = (asked += 1);
  const found = await api("GET", `/customers?${new URLSearchParams({ q: words, limit: MOST })}`).catch(() => null);
  if (!found || request !== asked) return;
  const people = found.items.filter(({ address }) => address.includes("@"));
  known = new Map(people.map(({ name, address }) => [name && name !== address ? `${name} <${address}>` : `<${address}>`, { name, address }]));
  offers.replaceChildren(...[...known.keys()].map((value) => make("option", { value })));
}
