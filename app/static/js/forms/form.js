// A form works without this. Here: nothing is sent twice, files that are too large are told before they are sent,
// and in a frame the page around it hears how high it is.

const isFramed = window.parent !== window;
const form = document.querySelector("[data-form]");
let isSending = false;

form?.addEventListener("submit", (event) => {
  if (isSending) return event.preventDefault();
  if (!fits()) {
    event.preventDefault();
    return;
  }
  isSending = true;
  const button = event.submitter;
  button?.setAttribute("aria-busy", "true");
  if (button?.dataset.sending) button.textContent = button.dataset.sending;
});

// Back in the browser's history the page is as it was left.
addEventListener("pageshow", () => {
  isSending = false;
  for (const button of document.querySelectorAll("[aria-busy]")) button.removeAttribute("aria-busy");
});

form?.addEventListener("change", ({ target }) => (target.type === "file" || target.name === "kept") && fits());

function fits() {
  const inputs = [...form.querySelectorAll('input[type="file"]')];
  const chosen = inputs.flatMap((input) => [...input.files]).map((file) => file.size);
  const kept = [...form.querySelectorAll('input[name="kept"]:checked')].map((each) => Number(each.dataset.size));
  const isRight = [...chosen, ...kept].reduce((sum, size) => sum + size, 0) <= Number(form.dataset.mostBytes ?? Infinity);
  const last = inputs.filter((input) => input.files.length).at(-1);
  for (const told of form.querySelectorAll("[data-told]")) told.remove();
  for (const input of inputs) input.removeAttribute("aria-invalid");
  if (isRight || !last) return true;
  const words = Object.assign(document.createElement("p"), { className: "field__error", textContent: form.dataset.tooLarge });
  words.dataset.told = "";
  words.setAttribute("role", "alert");
  last.after(words);
  last.setAttribute("aria-invalid", "true");
  last.focus();
  return false;
}

document.getElementById("wrong")?.focus();

// A link to a group of choices or a field leads into it, not only to it.
document.getElementById("wrong")?.addEventListener("click", (event) => {
  const place = document.getElementById(event.target.hash?.slice(1) ?? "");
  if (!place) return;
  event.preventDefault();
  (place.matches("fieldset") ? place.querySelector("input") : place).focus();
  place.scrollIntoView({ block: "center" });
});

if (isFramed) {
  const tell = (more = {}) => window.parent.postMessage({ madoguchi: "form", height: document.documentElement.getBoundingClientRect().height, ...more }, "*");
  new ResizeObserver(() => tell()).observe(document.documentElement);
  const isLater = document.querySelector("[aria-current=step]:not(:first-child)") || document.getElementById("wrong");
  tell(isLater ? { moved: true } : {});
}
