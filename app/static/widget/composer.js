// Where the visitor writes. What is written here stays in the browser until it is sent.

import { button, fill, icon, ICONS, isComposing, later, listen, make } from "./dom.js";
import { Fields, fieldsBefore } from "./fields.js";
import { Files } from "./files.js";
import { say, sizeOf, words } from "./texts.js";

const EMOJI = [..."😊😄😂😅😉😍🤔😢😭😮😡🙇👍👌👏🙏💪👋🎉✨💡❤✅❓"];
const LONGEST = 4000;

export class Composer {
  #fields = null;
  #signature = "";
  #isHurrying = false;

  constructor(panel, chat) {
    Object.assign(this, { panel, chat, store: chat.store });
    this.files = new Files({ chat, onChange: () => this.#filesChanged() });
    this.#build();
    this.#restore(this.store.get("draft") ?? {});
    chat.addEventListener("refused", (event) => this.#refused(event));
  }

  #build() {
    this.text = make("textarea", {
      id: "text",
      rows: 1,
      maxlength: LONGEST,
      placeholder: words.PLACEHOLDER,
      "aria-label": words.TEXT,
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
      { role: "group", "aria-label": words.EMOJI, hidden: true },
      ...EMOJI.map((each) => button("icon", each, () => this.#insert(each))),
    );
    this.smile = button("icon", words.EMOJI, () => this.#toggleEmoji(), icon(ICONS.SMILE));
    this.smile.ariaExpanded = false;
    const limit = sizeOf(this.chat.config.max_file_bytes);
    const attach =
      this.chat.config.has_files && button("icon", say(words.ATTACH, { limit }), () => this.picker.click(), icon(ICONS.FILE));
    this.send = button("icon.button--main", words.SEND, () => this.submit(), icon(ICONS.SEND));
    this.element = make(
      "div.composer",
      {},
      this.before,
      this.files.element,
      this.emoji,
      this.notice,
      make("div.line", {}, attach, this.picker, this.smile, this.grow, this.send),
      make("p.unseen", { id: "keys" }, words.KEYS),
    );
    listen(this.element, "keydown", (event) => this.#closeEmoji(event));
  }

  focus() {
    if (!this.#fields?.focusEmpty()) this.text.focus();
  }

  // The form before the first message comes and goes with the talk; what is in it stays.
  render() {
    const isFirst = !this.chat.hasWritten || this.chat.isAnew;
    const fields = isFirst ? fieldsBefore(this.chat) : [];
    const isAway = fields.length > 0 && !this.chat.talk.state.is_there;
    const signature = JSON.stringify([fields, isAway]);
    if (signature === this.#signature) return;
    this.#signature = signature;
    const values = this.#fields?.values ?? this.store.get("draft")?.form ?? {};
    this.#fields = fields.length ? new Fields(fields, () => this.#keep()) : null;
    this.#fields?.fill(values);
    fill(this.before, isAway && make("p.before__why", {}, words.AWAY_FORM), this.#fields?.element);
  }

  submit() {
    const text = this.text.value.trim();
    this.#isHurrying = this.files.isUploading;
    if (this.#isHurrying) return this.#say(words.WAITS_FOR_FILES);
    if (this.files.hasFailed) return this.#say(words.FAILED_FILES);
    const files = this.files.ready;
    if (this.#fields && !this.#fields.check()) return;
    if (!text && !files.length) return this.text.focus();
    this.chat.say({ text, files, form: this.#fields?.values ?? null });
    this.text.value = "";
    this.files.clear();
    this.#grown();
    this.#keepNow();
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
    this.#keep();
    if (this.files.isUploading) return;
    this.#say("");
    if (this.#isHurrying) this.submit();
  }

  #say(text) {
    this.notice.textContent = text;
  }

  #insert(emoji) {
    this.text.setRangeText(emoji, this.text.selectionStart, this.text.selectionEnd, "end");
    this.#typed();
    this.#toggleEmoji();
  }

  #toggleEmoji() {
    this.emoji.hidden = !this.emoji.hidden;
    this.smile.ariaExpanded = !this.emoji.hidden;
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

  #keep = later(300, () => this.#keepNow());

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
    this.#signature = "";
    this.render();
    this.#fields?.fill(entry.form ?? {});
    this.#keepNow();
    this.#fields?.show(errors.map(({ field, message }) => ({ name: field.slice(5), message })));
  }
}
