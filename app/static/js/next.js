// 「次の1件」: the server says which one, so that no two agents get the same. What one passes over comes last.

import { api } from "./api.js";
import { list } from "./page.js";

const KEY = "madoguchi-passed-over";
const MOST = 100;

const passedOver = () => JSON.parse(sessionStorage.getItem(KEY) ?? "[]");
const keep = (numbers) => sessionStorage.setItem(KEY, JSON.stringify(numbers.slice(-MOST)));

// The number that is now the asker's to look at; null when nobody waits.
export async function nextNumber() {
  const { tab: here = "new", channel = "" } = list()?.dataset ?? {};
  const tab = here === "chats" ? "new" : here;
  const skip = passedOver();
  const { number } = await api("POST", "/tickets/next", { json: { tab, channel: Number(channel) || null, skip } });
  if (number) keep([...(skip.includes(number) ? [] : skip), number]);
  return number;
}

// Who has acted on a ticket has not passed it over.
export function actedOn(number) {
  keep(passedOver().filter((each) => each !== number));
}
