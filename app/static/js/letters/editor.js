// Where templates and frames are written: buttons put fields in, the preview shows them filled for an example customer.

const PAUSE = 250;
const form = document.querySelector("[data-letter-editor]");
const sheet = document.getElementById("preview-sheet");
const isLetter = (target) => target.matches("textarea, [name^=subject]") && !target.closest("[data-no-letter]");
let field = form.querySelector("textarea");
let timer = null;
let asked = 0;

function insert({ dataset: { insert: text, inside = "0" } }) {
  field.focus();
  if (!document.execCommand("insertText", false, text)) field.setRangeText(text, field.selectionStart, field.selectionEnd, "end");
  const at = field.selectionStart - Number(inside);
  field.setSelectionRange(at, at);
  show();
}

// Letters that are sent apart are shown apart: the one that is being written.
const shown = () => (form.dataset.letterEditor === "apart" && field.closest("fieldset")) || form;

async function preview() {
  const request = (asked += 1);
  const body = new FormData();
  body.set("csrf_token", form.elements.csrf_token.value);
  body.set("text", [...shown().querySelectorAll("textarea")].map(({ value }) => value).filter(Boolean).join("\n\n"));
  const response = await fetch("/settings/templates/preview", { method: "POST", body, credentials: "same-origin" }).catch(() => null);
  if (!response?.ok || request !== asked) return;
  const template = document.createElement("template");
  template.innerHTML = await response.text();
  sheet.replaceChildren(template.content);
}

function show() {
  clearTimeout(timer);
  timer = setTimeout(preview, PAUSE);
}

for (const each of form.querySelectorAll("textarea")) each.setSelectionRange(each.value.length, each.value.length);
form.addEventListener("click", ({ target }) => target.matches("[data-insert]") && insert(target));
form.addEventListener("focusin", ({ target }) => {
  if (!isLetter(target)) return;
  field = target;
  if (form.dataset.letterEditor === "apart") show();
});
form.addEventListener("input", ({ target }) => target.matches("textarea") && isLetter(target) && show());
form.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && event.target.matches("input") && !event.isComposing && event.keyCode !== 229) {
    event.preventDefault();
    form.requestSubmit();
  } else if (event.key === "Enter" && event.target.matches("input")) event.preventDefault();
});
preview();
