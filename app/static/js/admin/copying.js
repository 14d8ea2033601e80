// A button that puts a field's text onto the clipboard; where the browser refuses, the text is selected for the keyboard.

const SAY = 2500;

document.addEventListener("click", async ({ target }) => {
  const button = target.closest?.("[data-copy]");
  if (!button) return;
  const field = document.getElementById(button.dataset.copy);
  field.focus();
  field.select();
  try {
    await navigator.clipboard.writeText(field.value);
  } catch {
    return;
  }
  const words = button.textContent;
  button.textContent = document.getElementById("announcer").textContent = button.dataset.copied;
  setTimeout(() => (button.textContent = words), SAY);
});
