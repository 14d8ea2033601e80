// The fields of a small form, with what is wrong said at the field.

import { make } from "./dom.js";
import { say } from "./texts.js";

const MAIL = /^[^\s@]+@[^\s@]+\.[^\s@]+$/;
const COMPLETE = { name: "name", mail: "email", company: "organization", tel: "tel" };

export class Fields {
  #inputs = new Map();

  constructor(fields, onInput = () => null) {
    Object.assign(this, { fields, onInput });
    this.element = make("div.fields", {}, ...fields.map((field) => this.#build(field)));
  }

  get values() {
    const pairs = this.fields.map(({ name, kind }) => [name, valueOf(this.#inputs.get(name).input, kind)]);
    return Object.fromEntries(pairs);
  }

  fill(values) {
    for (const [name, { input }] of this.#inputs) {
      if (input.type === "checkbox") input.checked = values[name] === true;
      else if (values[name] != null) input.value = values[name];
    }
  }

  // -> whether it can go; else the focus is at the first field that cannot.
  check() {
    const errors = this.fields.map(({ name, kind, is_required }) => ({
      name,
      message: this.#wrong(this.values[name], kind, is_required),
    }));
    return this.show(errors.filter((each) => each.message));
  }

  // `errors`: [{name, message}]
  show(errors) {
    for (const [name, { input, error }] of this.#inputs) {
      const message = errors.find((each) => each.name === name)?.message ?? "";
      error.textContent = message;
      error.hidden = !message;
      if (message) input.setAttribute("aria-invalid", "true");
      else input.removeAttribute("aria-invalid");
    }
    const first = errors.find((each) => this.#inputs.has(each.name));
    if (first) this.#inputs.get(first.name).input.focus();
    return errors.length === 0;
  }

  focusEmpty() {
    const empty = this.fields.find(({ name, kind }) => !valueOf(this.#inputs.get(name).input, kind));
    if (empty) this.#inputs.get(empty.name).input.focus();
    return Boolean(empty);
  }

  #wrong(value, kind, isRequired) {
    if (isRequired && !value) return say({ consent: "agree", choice: "choose" }[kind] ?? "required");
    return kind === "mail" && value && !MAIL.test(value) ? say("badMail") : "";
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
    this.#inputs.set(name, { input, error });
    const optional = !is_required && kind !== "consent" && make("span.quiet", {}, ` ${say("optional")}`);
    const caption = make("label", { for: properties.id }, label, optional);
    return make(
      `div.field${kind === "consent" ? ".field--consent" : ""}`,
      {},
      ...(kind === "consent" ? [input, caption] : [caption, input]),
      error,
    );
  }

  #input({ name, kind, options }, properties) {
    if (kind === "consent") return make("input", { type: "checkbox", ...properties });
    if (kind === "choice") {
      const choices = options.map((each) => make("option", {}, each));
      return make("select", properties, make("option", { value: "" }, say("choose")), ...choices);
    }
    const type = kind === "mail" ? "email" : "text";
    return make("input", {
      type,
      autocomplete: COMPLETE[kind === "mail" ? "mail" : name] ?? "off",
      maxlength: "200",
      ...properties,
    });
  }
}

const valueOf = (input, kind) => (kind === "consent" ? input.checked : input.value.trim());

export function contactFields(visitor) {
  return [
    { name: "name", label: say("name"), kind: "text", is_required: false, value: visitor.name },
    { name: "mail", label: say("mail"), kind: "mail", is_required: true, value: visitor.mail },
  ];
}

// Before the first message: the team's own fields, and the way to answer when nobody is there.
export function fieldsBefore(chat) {
  const { config, talk, visitor } = chat;
  const own = config.fields.filter(({ name, kind }) => !(name === "name" && visitor.name) && !(kind === "mail" && visitor.mail));
  if (talk.state.is_there || !config.asks_name_and_mail_when_away || visitor.mail) return own;
  const hasMail = own.some((each) => each.kind === "mail");
  const missing = contactFields(visitor).filter(
    ({ name, kind }) =>
      !own.some((each) => each.name === name) && !(kind === "mail" && hasMail) && !(name === "name" && visitor.name),
  );
  return [...missing, ...own.map((each) => (each.kind === "mail" ? { ...each, is_required: true } : each))];
}
