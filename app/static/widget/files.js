// Files that wait to go with the message: each is uploaded at once, and can be taken back.

import { Problem } from "./api.js";
import { button, icon, make, quietly } from "./dom.js";
import { say, sizeOf } from "./texts.js";

const PICTURES = ["image/png", "image/jpeg", "image/gif", "image/webp"];
const MOST = 10;

export class Files {
  #chips = new Map();

  constructor({ chat, onChange }) {
    Object.assign(this, { chat, onChange });
    this.element = make("ul.chips", { hidden: true });
  }

  get ready() {
    return [...this.#chips.keys()]
      .filter((file) => file.token)
      .map(({ token, name, type, size }) => ({ token, name, type, size }));
  }

  get isUploading() {
    return [...this.#chips.keys()].some((file) => file.upload);
  }

  get hasFailed() {
    return [...this.#chips.keys()].some((file) => file.error);
  }

  add(list) {
    if (!this.chat.config.has_files) return;
    for (const source of [...list].slice(0, MOST - this.#chips.size))
      this.#add({ source, name: source.name || "file", type: source.type, size: source.size });
  }

  restore(files) {
    for (const file of files) this.#add({ ...file });
  }

  clear() {
    for (const chip of this.#chips.values()) chip.remove();
    this.#chips.clear();
    this.#changed();
  }

  #add(file) {
    const limit = this.chat.config.max_file_bytes;
    this.#chips.set(file, make("li.chip"));
    this.element.append(this.#chips.get(file));
    if (file.source && file.size > limit) file.error = say("tooLarge", { limit: sizeOf(limit) });
    else if (file.source && PICTURES.includes(file.type)) file.preview = URL.createObjectURL(file.source);
    if (!file.token && !file.error) this.#upload(file);
    this.#changed(file);
  }

  #upload(file) {
    file.error = null;
    file.progress = make("progress", { max: "1", value: "0", "aria-label": say("uploading", { name: file.name }) });
    file.upload = true;
    void quietly(async () => {
      await (this.chat.store.token ? null : this.chat.visitor.visit());
      if (!this.#chips.has(file)) return;
      file.sending = this.chat.api.upload(file.source, (share) => (file.progress.value = share));
      await file.sending.then(
        (answer) => this.#uploaded(file, answer),
        (problem) => this.#failed(file, problem),
      );
      if (this.#chips.has(file)) this.#changed(file);
    });
  }

  #uploaded(file, { token, name, type, size }) {
    Object.assign(file, { token, name, type, size, upload: false });
    if (file.preview) this.chat.previews.set(token, file.preview);
  }

  #failed(file, problem) {
    const isTold = problem instanceof Problem && problem.status < 500;
    const limit = sizeOf(this.chat.config.max_file_bytes);
    const why = problem.status === 413 ? say("tooLarge", { limit }) : problem.message;
    Object.assign(file, { upload: false, error: isTold ? why : say("uploadFailed"), canRetry: !isTold });
  }

  #remove(file) {
    file.sending?.cancel();
    this.#chips.get(file).remove();
    this.#chips.delete(file);
    this.#changed();
  }

  #changed(file) {
    if (file) this.#draw(file, this.#chips.get(file));
    this.element.hidden = this.#chips.size === 0;
    this.onChange();
  }

  #draw(file, chip) {
    const retry =
      file.error &&
      file.canRetry &&
      button("link", say("retryFile"), () => {
        this.#upload(file);
        this.#changed(file);
      });
    const about = file.error
      ? make("span.error", { role: "alert" }, file.error)
      : make("span.quiet", {}, sizeOf(file.size));
    const cancel = button("icon", say("cancel", { name: file.name }), () => this.#remove(file), icon("close"));
    const parts = [
      file.preview && make("img", { src: file.preview, alt: "" }),
      make("span.chip__name", {}, file.name),
      about,
      file.upload && file.progress,
      retry,
      cancel,
    ];
    chip.replaceChildren(...parts.filter(Boolean));
  }
}
