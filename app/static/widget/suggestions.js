// Answers of the FAQ that may fit what the visitor wrote. The message is at the desk in any case, and that is said.

import { button, make, write } from "./dom.js";
import { words } from "./texts.js";

const MOST = 3;

export class Suggestions {
  constructor(chat, { id, entries }) {
    const title = make("p.card__title", {}, words.SUGGESTIONS);
    const answers = entries.slice(0, MOST).map((entry) => this.#entry(chat, id, entry));
    this.note = make("p.quiet", { role: "status" });
    this.element = make(
      "div.suggestions",
      { role: "group", "aria-label": words.SUGGESTIONS },
      title,
      ...answers,
      this.note,
    );
  }

  show({ verdict }) {
    const note = { helped: words.THANKS_HELPED, person: words.THANKS_PERSON }[verdict] ?? words.AT_DESK;
    write(this.note, note);
    for (const each of this.element.querySelectorAll(".verdicts")) each.hidden = Boolean(verdict);
  }

  #entry(chat, id, entry) {
    const judge = (verdict) => chat.judge(id, entry, verdict);
    const verdicts = make(
      "div.verdicts",
      {},
      button("button", words.HELPED, () => judge("helped")),
      button("button", words.PERSON, () => judge("person")),
    );
    return make("details", {}, make("summary", {}, entry.question), make("p.text", {}, entry.answer), verdicts);
  }
}
