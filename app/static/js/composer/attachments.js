// Files by button, drop and paste, with progress. What is too large is told before anything is sent.

import { on } from "../actions.js";
import { byId, icon, make, t } from "../page.js";
import { csrfToken } from "../session.js";
import { form, textField, uuid } from "./elements.js";

const LIMIT = 25 * 1024 * 1024;
const picker = byId("composer-file");
const shelf = byId("composer-files");
const error = byId("attachment_ids-error");
let files = [];
const listeners = [];
const onChange = () => listeners.forEach((listener) => listener());

export function onFilesChange(listener) {
  listeners.push(listener);
}

export const uploaded = () => files.filter((file) => file.id).map(({ id, name, size }) => ({ id, name, size }));
export const isUploading = () => files.some((file) => !file.id && !file.wrong);

export function setFiles(known) {
  for (const file of files) file.request?.abort();
  files = known.map((file) => ({ ...file, key: uuid() }));
  complain("");
  draw();
}

export function complain(message) {
  error.textContent = message;
  error.hidden = !message;
}

export const size = (bytes) => (bytes < 1024 * 1024 ? `${Math.max(1, Math.round(bytes / 1024))} KB` : `${(bytes / 1024 / 1024).toFixed(1)} MB`);

function add(chosen) {
  complain("");
  for (const file of chosen) {
    const total = files.reduce((sum, one) => sum + (one.wrong ? 0 : one.size ?? 0), file.size);
    if (total > LIMIT) complain(t("too_large", { name: file.name, size: size(file.size), limit: size(LIMIT) }));
    else upload(file);
  }
}

// A picture that is put into the text: its name in brackets stands where it will be seen.
function addToText(pictures) {
  for (const picture of pictures) {
    const name = freeName(picture.type.split("/")[1].replace("jpeg", "jpg"));
    const count = files.length;
    add([new File([picture], name, { type: picture.type })]);
    if (files.length > count) textField.setRangeText(`[${name}]`, textField.selectionStart, textField.selectionEnd, "end");
  }
  textField.dispatchEvent(new Event("input", { bubbles: true }));
}

function freeName(ending) {
  const names = new Set(files.map(({ name }) => name));
  let number = 1;
  while (names.has(`picture-${number}.${ending}`)) number += 1;
  return `picture-${number}.${ending}`;
}

const isPicture = ({ type }) => ["image/png", "image/jpeg", "image/gif", "image/webp"].includes(type);

// Into the text where one writes it; anything else, and files dropped beside the text, are attached.
function take(chosen, intoText) {
  const pictures = intoText ? chosen.filter(isPicture) : [];
  add(chosen.filter((file) => !pictures.includes(file)));
  if (pictures.length) addToText(pictures);
}

function upload(file) {
  const entry = { key: uuid(), name: file.name, size: file.size, progress: 0, request: new XMLHttpRequest() };
  files.push(entry);
  const body = new FormData();
  body.append("file", file, file.name);
  entry.request.upload.onprogress = ({ loaded, total }) => advance(entry, loaded / total);
  entry.request.onload = () => finish(entry);
  entry.request.onerror = () => fail(entry, t("offline"));
  entry.request.open("POST", "/api/v1/attachments");
  entry.request.setRequestHeader("X-CSRF-Token", csrfToken());
  entry.request.setRequestHeader("Accept", "application/json");
  entry.request.setRequestHeader("Idempotency-Key", entry.key);
  entry.request.send(body);
  draw();
}

function advance(entry, share) {
  entry.progress = share;
  const bar = shelf.querySelector(`[data-key="${entry.key}"] progress`);
  if (bar) bar.value = share;
}

function finish(entry) {
  const answer = readJson(entry.request.responseText);
  if (entry.request.status < 200 || entry.request.status > 299) {
    fail(entry, answer.detail ?? answer.title ?? t("failed"));
    return;
  }
  Object.assign(entry, { id: answer.id, request: null });
  draw();
  onChange();
}

function fail(entry, message) {
  Object.assign(entry, { wrong: message, request: null });
  draw();
}

function readJson(text) {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}

function remove(entry) {
  entry.request?.abort();
  files = files.filter((file) => file !== entry);
  complain("");
  draw();
  onChange();
  textField.focus();
}

function draw() {
  shelf.replaceChildren(...files.map(chip));
}

function chip(entry) {
  const button = make("button", { type: "button", class: "chip__remove", "aria-label": t("remove", { name: entry.name }) }, icon("close"));
  button.addEventListener("click", () => remove(entry));
  const progress = entry.id || entry.wrong ? null : make("progress", { class: "file__progress", max: 1, value: entry.progress, "aria-label": entry.name });
  const detail = make("span", { class: "file__size" }, entry.wrong ?? (entry.size ? size(entry.size) : ""));
  return make("li", { class: entry.wrong ? "file file--draft file--wrong" : "file file--draft", "data-key": entry.key }, icon("file"), make("span", { class: "file__name" }, entry.name), detail, progress, button);
}

const hasFiles = (event) => [...(event.dataTransfer?.types ?? [])].includes("Files");

form.addEventListener("dragover", (event) => {
  if (!hasFiles(event)) return;
  event.preventDefault();
  form.setAttribute("data-my-drop", "");
});
form.addEventListener("dragleave", (event) => !form.contains(event.relatedTarget) && form.removeAttribute("data-my-drop"));
form.addEventListener("drop", (event) => {
  if (!hasFiles(event)) return;
  event.preventDefault();
  form.removeAttribute("data-my-drop");
  take([...event.dataTransfer.files], event.target === textField);
});
textField.addEventListener("paste", (event) => {
  if (!event.clipboardData.files.length || event.clipboardData.types.includes("text/plain")) return;
  event.preventDefault();
  take([...event.clipboardData.files], true);
});
picker.addEventListener("change", () => {
  add([...picker.files]);
  picker.value = "";
});
on("attach", () => picker.click());
