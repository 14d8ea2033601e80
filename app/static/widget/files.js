// Files that wait to go with the message: each is uploaded at once, and can be taken back.

import { button, fill, icon, ICONS, make, quietly } from "./dom.js";
import { say, sizeOf, words } from "./texts.js";

const PICTURES = /^image\/(png|jpeg|gif|webp)$/;
const MOST = 10;

export class Files {
  #files = new Set();

  // {chat, onChange}
  constructor(parts) {
    Object.assign(this, parts);
    this.element = make("ul.chips", { hidden: true });
  }

  get ready() {
    return [...this.#files]
      .filter((file) => file.token)
      .map(({ token, name, type, size }) => ({ token, name, type, size }));
  }

  get isUploading() {
    return [...this.#files].some((file) => file.upload);
  }

  get hasFailed() {
    return [...this.#files].some((file) => file.error);
  }

  add(list) {
    if (!this.chat.config.has_files) return;
    for (const source of [...list].slice(0, MOST - this.#files.size))
      this.#add({ source, name: source.name || "file", type: source.type, size: source.size });
  }

  restore(files) {
    for (const file of files) this.#add({ ...file });
  }

  clear() {
    for (const { chip } of this.#files) chip.remove();
    this.#files.clear();
    this.#changed();
  }

  #add(file) {
    this.#files.add(file);
    file.chip = make("li.chip");
    this.element.append(file.chip);
    if (file.source && file.size > this.chat.config.max_file_bytes) file.error = this.#tooLarge;
    else if (file.source && PICTURES.test(file.type)) file.preview = URL.createObjectURL(file.source);
    if (!file.token && !file.error) this.#upload(file);
    this.#changed(file);
  }

  #upload(file) {
    file.error = null;
    file.progress = make("progress", { max: 1, value: 0, "aria-label": say(words.UPLOADING, { name: file.name }) });
    file.upload = true;
    void quietly(async () => {
      await (this.chat.store.token ? null : this.chat.visitor.visit());
      if (!this.#files.has(file)) return;
      file.sending = this.chat.api.upload(file.source, (share) => (file.progress.value = share));
      await file.sending.then(
        (answer) => this.#uploaded(file, answer),
        (problem) => this.#failed(file, problem),
      );
      if (this.#files.has(file)) this.#changed(file);
    });
  }

  #uploaded(file, { token, name, type, size }) {
    Object.assign(file, { token, name, type, size, upload: false });
    if (file.preview) this.chat.previews.set(token, file.preview);
  }

  #failed(file, problem) {
    const isTold = problem.status < 500;
    const why = problem.status === 413 ? this.#tooLarge : problem.message;
    Object.assign(file, { upload: false, error: isTold ? why : words.REFUSED, canRetry: !isTold });
  }

  get #tooLarge() {
    return say(words.TOO_LARGE, { limit: sizeOf(this.chat.config.max_file_bytes) });
  }

  #remove(file) {
    file.sending?.cancel();
    file.chip.remove();
    this.#files.delete(file);
    this.#changed();
  }

  #changed(file) {
    if (file) this.#draw(file);
    this.element.hidden = this.#files.size === 0;
    this.onChange();
  }

  #draw(file) {
    const retry =
      file.error &&
      file.canRetry &&
      button("link", words.RETRY_FILE, () => {
        this.#upload(file);
        this.#changed(file);
      });
    const about = file.error
      ? make("span.error", { role: "alert" }, file.error)
      : make("span.quiet", {}, sizeOf(file.size));
    const cancel = button("icon", say(words.CANCEL, { name: file.name }), () => this.#remove(file), icon(ICONS.CLOSE));
    fill(
      file.chip,
      file.preview && make("img", { src: file.preview, alt: "" }),
      make("span.chip__name", {}, file.name),
      about,
      file.upload && file.progress,
      retry,
      cancel,
    );
  }
}
