// The board on the wall: asks again by itself, for hours, and says when it cannot.

const EVERY = 10_000;
const byId = (id) => document.getElementById(id);

async function refresh() {
  const response = await fetch("/boards/live", { headers: { "HX-Request": "true" }, credentials: "same-origin" });
  // Who is no longer signed in is led to where one signs in.
  if (response.redirected || response.status === 401) return location.reload();
  if (!response.ok) throw new Error(String(response.status));
  const drawn = new DOMParser().parseFromString(await response.text(), "text/html").getElementById("live-board");
  byId("live-board").replaceWith(drawn);
}

async function go() {
  try {
    await refresh();
    byId("wall-state").hidden = true;
  } catch {
    byId("wall-state").hidden = false;
  }
  setTimeout(go, EVERY);
}

const full = byId("wall-full");
full.hidden = !document.fullscreenEnabled;
full.addEventListener("click", () => document.documentElement.requestFullscreen().then(() => full.blur()));
navigator.wakeLock?.request("screen").catch(() => {});
setTimeout(go, EVERY);
document.documentElement.dataset.ready = "true";
