// Whether this browser may show notifications: asked by a click only.

const state = () => ("Notification" in window && isSecureContext ? Notification.permission : "none");

function show() {
  for (const line of document.querySelectorAll("[data-permission]")) line.hidden = line.dataset.permission !== state();
}

document.getElementById("ask-permission").addEventListener("click", async () => {
  await Notification.requestPermission();
  show();
});
show();
