// Buttons carry data-action; whoever knows how to do it registers here.

const handlers = new Map();

export function on(name, handler) {
  handlers.set(name, handler);
}

export function act(name, button = null) {
  return handlers.get(name)?.(button);
}

document.addEventListener("click", (event) => {
  const button = event.target.closest?.("[data-action]");
  if (!button || button.getAttribute("aria-disabled") === "true") return;
  act(button.dataset.action, button);
});
