// How HTML from the server gets into the page: htmx's morph, which keeps what is open, focused, playing or scrolled.

import { flash } from "./flash.js";
import { t } from "./page.js";
import { signInAgain } from "./session.js";

const { htmx } = window;

export function morph(target, html, style = "innerMorph") {
  return htmx.swap({ text: html, target, swap: style, sourceElement: target });
}

export function replace(target, html) {
  return morph(target, html, "innerHTML");
}

export function parse(html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  return template.content;
}

// What is being chosen stays until it is chosen. Frames and loaded pictures stay as they are: signed addresses change
// with every answer, what they show does not.
htmx.registerExtension("keep-loaded", {
  htmx_before_morph_attr: (element, { attrName }) => !(
    element.closest("[data-menu]:popover-open") ||
    (attrName === "srcdoc" && element.tagName === "IFRAME") ||
    (attrName === "src" && element.tagName === "IMG" && element.naturalWidth > 0)
  ),
});

document.addEventListener("htmx:config:request", ({ detail: { ctx } }) => {
  if (ctx.target?.id) ctx.request.headers["HX-Target"] = ctx.target.id;
});

document.addEventListener("htmx:before:response", (event) => {
  if (event.detail.ctx.response.status !== 401) return;
  event.preventDefault();
  signInAgain().then(() => flash(t("signed_in_again")));
});

// An error page never lands in a pane; errors made for it say where they go.
document.addEventListener("htmx:before:swap", (event) => {
  const { response, hx } = event.detail.ctx;
  if (!response || response.status < 400 || hx?.retarget) return;
  event.preventDefault();
  flash(t("failed"), { isWrong: true });
});

document.addEventListener("htmx:error", () => flash(t("offline"), { isWrong: true }));
