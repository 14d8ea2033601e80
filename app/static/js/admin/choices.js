// The choices of a field: only where its kind has some, and always with room for one more.

const choices = document.getElementById("choices");
const onlyFor = choices?.dataset.onlyFor;

function showOrHide() {
  const kind = document.querySelector('input[name="kind"]:checked')?.value;
  choices.toggleAttribute("data-my-hidden", kind !== onlyFor);
}

function addRoom() {
  const lines = [...choices.querySelectorAll(".choices__line")];
  const last = lines.at(-1);
  if (!last.querySelector('[name="choice_names"]').value) return;
  const next = last.cloneNode(true);
  for (const field of next.querySelectorAll("input")) field.value = "";
  const name = next.querySelector('[name="choice_names"]');
  name.setAttribute("aria-label", name.getAttribute("aria-label").replace(/\d+/, String(lines.length + 1)));
  last.after(next);
}

choices?.addEventListener("input", addRoom);
if (onlyFor) {
  document.addEventListener("change", (event) => event.target.name === "kind" && showOrHide());
  showOrHide();
}
