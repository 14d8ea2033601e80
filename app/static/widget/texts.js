// What people read: the language of the page, and times, days and sizes in it. Only one language is fetched.

const LANGUAGES = ["ja", "en"];

// The page decides: what it says to us, its own language, then the browser.
export function chooseLanguage(wished) {
  const names = [wished, document.documentElement.lang, ...navigator.languages];
  return (
    names
      .map((name) =>
        String(name ?? "")
          .slice(0, 2)
          .toLowerCase(),
      )
      .find((name) => LANGUAGES.includes(name)) ?? "en"
  );
}

let language, words;

export async function loadWords(chosen) {
  language = chosen;
  ({ words } = await (language === "ja" ? import("./words_ja.js") : import("./words_en.js")));
}

export const say = (key, values = {}) => words[key].replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");

export const timeOf = (instant) => format(instant, { hour: "2-digit", minute: "2-digit", hour12: false });

export function nameOfDay(instant) {
  return dayOf(instant) === dayOf(Date.now()) ? capital(say("today")) : dateOf(instant);
}

// 「明日10:00」: when somebody is there again.
export function opening(instant) {
  const days = Math.round((Date.parse(dayOf(instant)) - Date.parse(dayOf(Date.now()))) / 86_400_000);
  const day = days === 0 ? say("today") : days === 1 ? say("tomorrow") : dateOf(instant);
  return `${day}${language === "ja" && days < 2 ? "" : " "}${timeOf(instant)}`;
}

export function sizeOf(bytes) {
  if (bytes < 1024 * 1024) return `${Math.max(1, Math.round(bytes / 1024))} KB`;
  return `${(bytes / 1024 / 1024).toFixed(bytes % (1024 * 1024) ? 1 : 0)} MB`;
}

const dateOf = (instant) => format(instant, { month: "long", day: "numeric", weekday: "short" });

const format = (instant, options) => new Intl.DateTimeFormat(language, options).format(new Date(instant));

const capital = (word) => word[0].toUpperCase() + word.slice(1).replace(/ at$/, "");

// In the reader's own days.
export function dayOf(instant) {
  const day = new Date(instant);
  return `${day.getFullYear()}-${String(day.getMonth() + 1).padStart(2, "0")}-${String(day.getDate()).padStart(2, "0")}`;
}
