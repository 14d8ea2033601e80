// Where the visitor writes. What is written here stays in the browser until it is sent.

import { button, icon, isComposing, later, listen, make } from "./dom.js";
import { Fields, fieldsBefore } from "./fields.js";
import { Files } from "./files.js";
import { say, sizeOf } from "./texts.js";

const EMOJI = [..."😊😄😂😅😉😍🤔😢😭😮😡🙇👍👌👏🙏💪👋🎉✨💡❤✅❓"];
const LONGEST = "4000";

export class Composer {
  #fields = null;
  #signature = "";
  #isHurrying = false;

  constructor(panel, chat) {
    Object.assign(this, { panel, chat, store: chat.store });
    this.files = new Files({ chat, onChange: () => this.#filesChanged() });
    this.#build();
    this.#restore(this.store.get("draft") ?? {});
    chat.addEventListener("refused", ({ detail }) => this.#refused(detail));
  }

  #build() {
    this.text = make("textarea", {
      id: "text",
      rows: "1",
      maxlength: LONGEST,
      placeholder: say("placeholder"),
      "aria-label": say("text"),
      "aria-describedby": "keys",
      enterkeyhint: "send",
      onkeydown: (event) => this.#key(event),
      oninput: () => this.#typed(),
      onpaste: (event) => this.#paste(event),
    });
    this.grow = make("div.grow", {}, this.text);
    this.notice = make("p.quiet", { role: "status" });
    this.before = make("div.before");
    this.picker = make("input", { type: "file", multiple: true, hidden: true, onchange: () => this.#picked() });
    this.emoji = make(
      "div.emoji",
      { role: "group", "aria-label": say("emoji"), hidden: true },
      ...EMOJI.map((each) => button("emoji__one", each, () => this.#insert(each))),
    );
    this.smile = button("icon", say("emoji"), () => this.#toggleEmoji(), icon("smile"));
    this.smile.setAttribute("aria-expanded", "false");
    const limit = sizeOf(this.chat.config.max_file_bytes);
    const attach =
      this.chat.config.has_files && button("icon", say("attach", { limit }), () => this.picker.click(), icon("file"));
    this.send = button("icon.icon--send", say("send"), () => this.submit(), icon("send"));
    this.element = make(
      "div.composer",
      {},
      this.before,
      this.files.element,
      this.emoji,
      this.notice,
      make("div.line", {}, attach, this.picker, this.smile, this.grow, this.send),
      make("p.unseen", { id: "keys" }, say("keys")),
    );
    listen(this.element, "keydown", (event) => this.#closeEmoji(event));
  }

  focus() {
    if (!this.#fields?.focusEmpty()) this.text.focus();
  }

  // The form before the first message comes and goes with the talk; what is in it stays.
  render() {
    const isFirst = !this.chat.messages.some((each) => each.from === "visitor") || this.chat.isAnew;
    const fields = isFirst ? fieldsBefore(this.chat) : [];
    const isAway = fields.length > 0 && !this.chat.talk.state.is_there;
    const signature = JSON.stringify([fields, isAway]);
    if (signature === this.#signature) return;
    this.#signature = signature;
    const values = this.#fields?.values ?? this.store.get("draft")?.form ?? {};
    this.#fields = fields.length ? new Fields(fields, () => this.#keep()) : null;
    this.#fields?.fill({ ...Object.fromEntries(fields.map((each) => [each.name, each.value])), ...values });
    this.before.replaceChildren(
      ...[isAway && make("p.before__why", {}, say("awayForm")), this.#fields?.element].filter(Boolean),
    );
  }

  submit() {
    const text = this.text.value.trim();
    this.#isHurrying = this.files.isUploading;
    if (this.#isHurrying) return this.#say("waitsForFiles");
    if (this.files.hasFailed) return this.#say("failedFiles");
    const files = this.files.ready;
    if (this.#fields && !this.#fields.check()) return;
    if (!text && !files.length) return this.text.focus();
    this.chat.say({ text, files, form: this.#fields?.values ?? null });
    this.text.value = "";
    this.files.clear();
    this.#grown();
    this.#keep.now();
    this.text.focus();
    this.panel.log.toBottom();
  }

  addFiles(list) {
    this.files.add(list);
    this.text.focus();
  }

  #key(event) {
    if (event.key !== "Enter" || event.shiftKey || isComposing(event)) return;
    event.preventDefault();
    this.submit();
  }

  #typed() {
    this.#grown();
    this.#keep();
    if (this.text.value.trim()) this.chat.visitor.typing();
  }

  #paste(event) {
    const files = event.clipboardData?.files ?? [];
    if (!files.length) return;
    event.preventDefault();
    this.addFiles(files);
  }

  #picked() {
    this.addFiles(this.picker.files);
    this.picker.value = "";
  }

  #filesChanged() {
    this.#keep?.();
    if (this.files.isUploading) return;
    this.#say(null);
    if (this.#isHurrying) this.submit();
  }

  #say(key) {
    if (this.notice) this.notice.textContent = key ? say(key) : "";
  }

  #insert(emoji) {
    this.text.setRangeText(emoji, this.text.selectionStart, this.text.selectionEnd, "end");
    this.#typed();
    this.#toggleEmoji();
  }

  #toggleEmoji() {
    this.emoji.hidden = !this.emoji.hidden;
    this.smile.setAttribute("aria-expanded", String(!this.emoji.hidden));
    (this.emoji.hidden ? this.text : this.emoji.firstChild).focus();
  }

  // Escape closes the emoji first, then the panel.
  #closeEmoji(event) {
    if (event.key !== "Escape" || this.emoji.hidden || isComposing(event)) return;
    event.stopPropagation();
    this.#toggleEmoji();
  }

  // Grows with its text: a hidden copy of the text behind it has the height.
  #grown() {
    this.grow.dataset.text = `${this.text.value}\n`;
  }

  #keep = Object.assign(
    later(300, () => this.#keepNow()),
    { now: () => this.#keepNow() },
  );

  #keepNow() {
    const draft = { text: this.text.value, files: this.files.ready, form: this.#fields?.values };
    const isEmpty = !draft.text && !draft.files.length && !Object.values(draft.form ?? {}).some(Boolean);
    this.store.set("draft", isEmpty ? null : draft);
  }

  #restore({ text = "", files = [] }) {
    this.text.value = text;
    this.files.restore(files);
    this.#grown();
  }

  // Something in the form was wrong: the message comes back to be sent again.
  #refused({ entry, problem }) {
    const errors = problem.errors.filter((each) => each.field?.startsWith("form."));
    if (!errors.length) return;
    this.chat.outbox.remove(entry.id);
    this.#restore({ text: [entry.text, this.text.value].filter(Boolean).join("\n"), files: entry.files });
    this.store.set("draft", { text: this.text.value, files: entry.files, form: entry.form });
    this.#signature = "";
    this.render();
    this.#fields?.fill(entry.form ?? {});
    this.#fields?.show(errors.map(({ field, message }) => ({ name: field.slice(5), message })));
  }
}
