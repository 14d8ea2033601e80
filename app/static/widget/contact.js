// The way to answer a visitor who leaves, given after the talk has begun.

import { button, make } from "./dom.js";
import { contactFields, Fields } from "./fields.js";
import { say } from "./texts.js";

export class Contact {
  #fields = null;

  constructor(chat) {
    this.chat = chat;
    this.note = make("p.quiet", { role: "status" });
    this.open = button("button", say("leave"), () => this.#begin());
    this.form = make("div.ending", { hidden: true });
    this.element = make("div.contact", { hidden: true }, this.note, this.open, this.form);
  }

  render() {
    const { talk, visitor } = this.chat;
    const hasWritten = this.chat.messages.some((each) => each.from === "visitor");
    const isOver = talk.state.has_ended || visitor.isBlocked;
    this.element.hidden = !this.chat.canMail || !hasWritten || talk.state.is_there || isOver;
    const words = visitor.mail ? say("answeredBy", { mail: visitor.mail }) : say("contact");
    if (this.note.textContent !== words) this.note.textContent = words;
    this.open.hidden = Boolean(visitor.mail) || !this.form.hidden;
    if (visitor.mail) this.form.hidden = true;
  }

  #begin() {
    const { visitor } = this.chat;
    const fields = contactFields(visitor);
    this.#fields = new Fields(fields);
    this.#fields.fill({ name: visitor.name, mail: visitor.mail });
    const leave = button("button.button--main", say("leave"), () => this.#leave());
    const back = button("button", say("back"), () => this.#close());
    this.form.replaceChildren(this.#fields.element, make("div.verdicts", {}, leave, back));
    this.form.hidden = false;
    this.open.hidden = true;
    this.#fields.focusEmpty();
  }

  #close() {
    this.form.hidden = true;
    this.open.hidden = false;
    this.open.focus();
  }

  async #leave() {
    if (!this.#fields.check()) return;
    try {
      await this.chat.leaveContact(this.#fields.values);
    } catch (problem) {
      const message = problem.errors?.[0]?.message ?? (problem.status ? problem.message : say("notNow"));
      this.#fields.show([{ name: "mail", message }]);
    }
  }
}
