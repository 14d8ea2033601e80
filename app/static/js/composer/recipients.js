// To, Cc and Bcc as chips. Enter, comma and leaving the field make a chip; a whole pasted list makes several.

import { on } from "../actions.js";
import { isComposing } from "../composing.js";
import { byId, icon, make, t } from "../page.js";
import { knownPerson, offerPeople } from "./people.js";

const ADDRESS = /^[^\s@<>(),;"]+@[^\s@<>(),;"]+\.[^\s@<>(),;".]+$/;
const SEPARATOR = /[,;、，；\n]+/;
const WITH_NAME = /^"?([^"<]*?)"?\s*<([^<>]+)>$/;

class Recipients {
  #people = [];

  constructor(role) {
    this.role = role;
    this.field = byId(`${role}-field`);
    this.input = byId(`${role}-input`);
    this.chips = byId(`${role}-chips`);
    this.error = byId(`${role}-error`);
    this.onChange = () => {};
    this.input.addEventListener("keydown", (event) => this.#press(event));
    this.input.addEventListener("blur", () => this.take());
    for (const kind of ["input", "compositionend"]) this.input.addEventListener(kind, (event) => this.#offer(event));
    this.input.addEventListener("paste", () => setTimeout(() => SEPARATOR.test(this.input.value) && this.take()));
    this.field.addEventListener("click", ({ target }) => target.closest(".recipients__box") === target && this.input.focus());
  }

  get people() {
    return this.#people;
  }

  set people(people) {
    this.#people = people.map((one) => (typeof one === "string" ? { name: "", address: one } : { name: one.name ?? "", address: one.address }));
    this.input.value = "";
    if (this.#people.length) this.field.hidden = false;
    this.complain("");
    this.#draw();
  }

  // Turns what was typed into chips; false when something in it is no address.
  take() {
    const wrong = [];
    for (const text of this.input.value.split(SEPARATOR).map((part) => part.trim()).filter(Boolean)) {
      const person = parse(text);
      if (!ADDRESS.test(person.address)) wrong.push(text);
      else if (!this.#people.some((one) => one.address.toLowerCase() === person.address.toLowerCase())) this.#people.push(person);
    }
    this.input.value = wrong.join(", ");
    this.complain(wrong.length ? t("not_an_address", { address: wrong[0] }) : "");
    this.#draw();
    this.onChange();
    return !wrong.length;
  }

  complain(message) {
    this.error.textContent = message;
    this.error.hidden = !message;
    this.input.toggleAttribute("aria-invalid", Boolean(message));
    if (message) this.field.hidden = false;
  }

  // Whoever is chosen among the known ones is a chip at once, whatever commas are in the name.
  #offer(event) {
    const person = knownPerson(this.input.value);
    if (!person) return offerPeople(event);
    this.input.value = "";
    if (!this.#people.some((one) => one.address.toLowerCase() === person.address.toLowerCase())) this.#people.push(person);
    this.#draw();
    this.onChange();
  }

  #press(event) {
    if (isComposing(event)) return;
    if (["Enter", ",", ";"].includes(event.key) && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      this.take();
    } else if (event.key === "Backspace" && !this.input.value && this.#people.length) {
      this.#remove(this.#people.length - 1);
    }
  }

  #remove(index) {
    this.#people.splice(index, 1);
    this.#draw();
    this.input.focus();
    this.onChange();
  }

  #draw() {
    this.chips.replaceChildren(...this.#people.map((person, index) => this.#chip(person, index)));
  }

  #chip(person, index) {
    const name = person.name || person.address;
    const remove = make("button", { type: "button", class: "chip__remove", "aria-label": t("remove", { name }) }, icon("close"));
    remove.addEventListener("click", () => this.#remove(index));
    return make("li", { class: "chip", title: person.address }, make("span", { class: "chip__name" }, name), remove);
  }
}

function parse(text) {
  const [, name, address] = text.match(WITH_NAME) ?? [];
  return address ? { name: name.trim(), address: address.trim() } : { name: "", address: text.normalize("NFKC") };
}

export const recipients = { to: new Recipients("to"), cc: new Recipients("cc"), bcc: new Recipients("bcc") };

export function showRecipients(isShown) {
  recipients.to.field.hidden = !isShown;
  byId("subject-field").hidden = !isShown;
  for (const role of ["cc", "bcc"]) recipients[role].field.hidden = !isShown || !recipients[role].people.length;
}

for (const role of ["cc", "bcc"]) {
  on(`show-${role}`, () => {
    recipients[role].field.hidden = false;
    recipients[role].input.focus();
  });
}
