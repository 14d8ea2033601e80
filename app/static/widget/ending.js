// The end of a chat: asked once, with a copy by mail for those who want one; and what stands there afterwards.

import { button, make } from "./dom.js";
import { Fields } from "./fields.js";
import { words } from "./texts.js";

export class Ending {
  #fields = null;

  constructor(panel, chat) {
    Object.assign(this, { panel, chat });
    this.element = make("section.ending", { "aria-label": words.END_TITLE });
  }

  // With the address that is known, and none by default.
  begin() {
    const asked = [
      { name: "transcript", label: words.TRANSCRIPT, kind: "consent" },
      { name: "transcript_mail", label: words.MAIL, kind: "mail", is_required: true, value: this.chat.visitor.mail },
    ];
    this.#fields = new Fields(this.chat.canMail ? asked : [], () => this.#showMail());
    this.note = make("p.error", { role: "alert" });
    const end = button("button.button--main", words.END, () => this.#end());
    const back = button("button", words.BACK, () => this.panel.askEnd(false));
    this.element.replaceChildren(
      make("p.card__title", {}, words.END_TITLE),
      this.#fields.element,
      this.note,
      make("div.verdicts", {}, end, back),
    );
    this.#showMail();
    end.focus();
  }

  #showMail() {
    if (this.chat.canMail) this.#fields.element.lastChild.hidden = !this.#fields.values.transcript;
  }

  async #end() {
    const { transcript, transcript_mail: mail } = this.#fields.values;
    if (transcript && !this.#fields.check()) return;
    try {
      await this.chat.end(transcript ? mail : null);
      this.panel.askEnd(false);
    } catch (problem) {
      const isWrong = problem.status === 422 && transcript;
      this.note.textContent = isWrong ? "" : words.NOT_NOW;
      if (isWrong) this.#fields.show([{ name: "transcript_mail", message: problem.errors[0]?.message ?? problem.message }]);
    }
  }
}
