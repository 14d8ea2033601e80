// Answers of the FAQ that may fit what the visitor wrote. The message is at the desk in any case, and that is said.

import { button, make } from "./dom.js";
import { say } from "./texts.js";

const MOST = 3;

export class Suggestions {
  constructor(chat, { id, entries }) {
    const title = make("p.card__title", {}, say("suggestions"));
    const answers = entries.slice(0, MOST).map((entry) => this.#entry(chat, id, entry));
    this.note = make("p.quiet", { role: "status" });
    this.element = make(
      "div.suggestions",
      { role: "group", "aria-label": say("suggestions") },
      title,
      ...answers,
      this.note,
    );
  }

  show({ verdict }) {
    const key = { helped: "thanksHelped", person: "thanksPerson" }[verdict] ?? "atDesk";
    if (this.note.textContent !== say(key)) this.note.textContent = say(key);
    for (const each of this.element.querySelectorAll(".verdicts")) each.hidden = Boolean(verdict);
  }

  #entry(chat, id, entry) {
    const judge = (verdict) => chat.judge(id, entry, verdict);
    const verdicts = make(
      "div.verdicts",
      {},
      button("button", say("helped"), () => judge("helped")),
      button("button", say("person"), () => judge("person")),
    );
    return make("details", {}, make("summary", {}, entry.question), make("p.text", {}, entry.answer), verdicts);
  }
}
