// The fields of a small form, with what is wrong said at the field.

import { make } from "./dom.js";
import { words } from "./texts.js";

const MAIL = /^[^\s@]+@[^\s@]+\.[^\s@]+$/;
const COMPLETE = { name: "name", mail: "email", company: "organization", tel: "tel" };

export class Fields {
  #rows = [];

  constructor(fields, onInput = () => null) {
    this.onInput = onInput;
    this.element = make("div.fields", {}, ...fields.map((field) => this.#build(field)));
    this.fill(Object.fromEntries(fields.map(({ name, value }) => [name, value])));
  }

  get values() {
    return Object.fromEntries(this.#rows.map(({ field, input }) => [field.name, valueOf(input)]));
  }

  fill(values) {
    for (const { field, input } of this.#rows) {
      const value = values[field.name];
      if (input.type === "checkbox") input.checked = value === true;
      else if (value != null) input.value = value;
    }
  }

  // -> whether it can go; else the focus is at the first field that cannot.
  check() {
    const errors = this.#rows.map(({ field, input }) => ({ name: field.name, message: wrong(field, valueOf(input)) }));
    return this.show(errors.filter((each) => each.message));
  }

  // `errors`: [{name, message}]
  show(errors) {
    let first = null;
    for (const { field, input, error } of this.#rows) {
      const message = errors.find((each) => each.name === field.name)?.message;
      error.textContent = message ?? "";
      error.hidden = !message;
      input.ariaInvalid = message ? true : null;
      if (message) first ??= input;
    }
    first?.focus();
    return !errors.length;
  }

  focusEmpty() {
    const empty = this.#rows.find(({ input }) => !valueOf(input));
    empty?.input.focus();
    return Boolean(empty);
  }

  #build(field) {
    const { name, label, kind, is_required } = field;
    const error = make("p.error", { id: `${name}-error`, hidden: true });
    const properties = {
      id: `field-${name}`,
      name,
      "aria-describedby": error.id,
      "aria-required": is_required && "true",
      oninput: () => this.onInput(),
    };
    const input = this.#input(field, properties);
    this.#rows.push({ field, input, error });
    const optional = !is_required && kind !== "consent" && make("span.quiet", {}, ` ${words.OPTIONAL}`);
    const caption = make("label", { for: properties.id }, label, optional);
    if (kind === "consent") return make("div.field.field--consent", {}, input, caption, error);
    return make("div.field", {}, caption, input, error);
  }

  #input({ name, kind, options }, properties) {
    if (kind === "consent") return make("input", { type: "checkbox", ...properties });
    if (kind === "choice") {
      const choices = options.map((each) => make("option", {}, each));
      return make("select", properties, make("option", { value: "" }, words.CHOOSE), ...choices);
    }
    const isMail = kind === "mail";
    const autocomplete = COMPLETE[isMail ? "mail" : name] ?? "off";
    return make("input", { type: isMail ? "email" : "text", autocomplete, maxlength: 200, ...properties });
  }
}

const valueOf = (input) => (input.type === "checkbox" ? input.checked : input.value.trim());

function wrong({ kind, is_required }, value) {
  if (is_required && !value) return { consent: words.AGREE, choice: words.CHOOSE }[kind] ?? words.REQUIRED;
  return kind === "mail" && value && !MAIL.test(value) && words.BAD_MAIL;
}

export function contactFields(visitor) {
  return [
    { name: "name", label: words.NAME, kind: "text", value: visitor.name },
    { name: "mail", label: words.MAIL, kind: "mail", is_required: true, value: visitor.mail },
  ];
}

// Before the first message: the team's own fields, and the way to answer when nobody is there.
export function fieldsBefore(chat) {
  const { config, talk, visitor } = chat;
  const isKnown = ({ name, kind }) => (name === "name" && visitor.name) || (kind === "mail" && visitor.mail);
  const own = config.fields.filter((each) => !isKnown(each));
  if (talk.state.is_there || !chat.canMail || visitor.mail) return own;
  const isAsked = ({ name, kind }) => own.some((each) => each.name === name || (each.kind === "mail" && kind === "mail"));
  const missing = contactFields(visitor).filter((each) => !isKnown(each) && !isAsked(each));
  return [...missing, ...own.map((each) => (each.kind === "mail" ? { ...each, is_required: true } : each))];
}
