// The entry as visitors see it, while it is written.

const form = document.querySelector("[data-faq-editor]");

function show() {
  for (const name of ["question", "answer"]) document.getElementById(`faq-preview-${name}`).textContent = form.elements[name].value;
}

form.addEventListener("input", show);
show();
