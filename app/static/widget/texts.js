// What people read: the language of the page, and times, days and sizes in it. Only one language is fetched.

const LANGUAGE = /^(ja|en)/i;
const MEGABYTE = 2 ** 20;

// The page decides: what it says to us, its own language, then the browser.
export function chooseLanguage(wished) {
  const names = [wished, document.documentElement.lang, ...navigator.languages];
  const known = names.map((name) => LANGUAGE.exec(name)?.[0]).find(Boolean) ?? "en";
  return known.toLowerCase();
}

let language;

// The words of the language: `words.CLOSE`. Their names are made short where the widget is bundled.
export let words;

export async function loadWords(chosen) {
  language = chosen;
  ({ words } = await (language === "ja" ? import("./words_ja.js") : import("./words_en.js")));
}

// A word with its gaps filled in.
export const say = (word, values) => word.replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");

export const timeOf = (instant) => format(instant, { hour: "2-digit", minute: "2-digit", hour12: false });

export const nameOfDay = (instant) => (daysTo(instant) === 0 ? words.TODAY : dateOf(instant));

// 「明日10:00」: when somebody is there again.
export function opening(instant) {
  const time = timeOf(instant);
  const near = [words.TODAY_AT, words.TOMORROW_AT][daysTo(instant)];
  return near ? say(near, { time }) : `${dateOf(instant)} ${time}`;
}

const daysTo = (instant) => Math.round((dayOf(instant) - dayOf(Date.now())) / 86_400_000);

export function sizeOf(bytes) {
  if (bytes < MEGABYTE) return `${Math.round(bytes / 1024) || 1} KB`;
  return `${Number((bytes / MEGABYTE).toFixed(1))} MB`;
}

const dateOf = (instant) => format(instant, { month: "long", day: "numeric", weekday: "short" });

const format = (instant, options) => new Date(instant).toLocaleString(language, options);

// In the reader's own days: when that one began.
export const dayOf = (instant) => new Date(instant).setHours(0, 0, 0, 0);
