// The way to answer a visitor who leaves, given after the talk has begun.

import { button, make, write } from "./dom.js";
import { contactFields, Fields } from "./fields.js";
import { say, words } from "./texts.js";

export class Contact {
  #fields = null;

  constructor(chat) {
    this.chat = chat;
    this.note = make("p.quiet", { role: "status" });
    this.open = button("button", words.LEAVE, () => this.#begin());
    this.form = make("div.ending", { hidden: true });
    this.element = make("div.contact", { hidden: true }, this.note, this.open, this.form);
  }

  render() {
    const { talk, visitor } = this.chat;
    const isOver = talk.state.has_ended || visitor.isBlocked;
    this.element.hidden = !this.chat.canMail || !this.chat.hasWritten || talk.state.is_there || isOver;
    const note = visitor.mail ? say(words.ANSWERED_BY, { mail: visitor.mail }) : words.CONTACT;
    write(this.note, note);
    this.open.hidden = Boolean(visitor.mail) || !this.form.hidden;
    if (visitor.mail) this.form.hidden = true;
  }

  #begin() {
    this.#fields = new Fields(contactFields(this.chat.visitor));
    const leave = button("button.button--main", words.LEAVE, () => this.#leave());
    const back = button("button", words.BACK, () => this.#close());
    this.form.replaceChildren(this.#fields.element, make("div.verdicts", {}, leave, back));
    this.#turn(true);
    this.#fields.focusEmpty();
  }

  #close() {
    this.#turn(false);
    this.open.focus();
  }

  #turn(isOpen) {
    this.form.hidden = !isOpen;
    this.open.hidden = isOpen;
  }

  async #leave() {
    if (!this.#fields.check()) return;
    try {
      await this.chat.leaveContact(this.#fields.values);
    } catch (problem) {
      const message = problem.errors?.[0]?.message ?? (problem.status ? problem.message : words.NOT_NOW);
      this.#fields.show([{ name: "mail", message }]);
    }
  }
}
