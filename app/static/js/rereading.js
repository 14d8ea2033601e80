// What an agent wants of one mail: its images from outside, or to be read in the charset that somebody chose.

import { on } from "./actions.js";
import { api } from "./api.js";
import { flash, flashProblem } from "./flash.js";
import { byId, t } from "./page.js";
import { refreshTicket } from "./ticket.js";

document.addEventListener("change", ({ target }) => {
  const select = target.closest?.("[data-charset-of]");
  if (select) read(select.dataset, select.value, select.querySelector("[selected]").value);
});

function read({ ticket, charsetOf }, charset, before) {
  const undo = () => read({ ticket, charsetOf }, before, charset);
  return ask("PUT", `/tickets/${ticket}/messages/${charsetOf}/charset`, { charset }, undo);
}

on("show-images", (button) => askForImages(button, "POST", { of_sender: "ofSender" in button.dataset }));
on("hide-images", (button) => askForImages(button, "DELETE"));

async function askForImages(button, method, json) {
  const { imagesOf, ticket } = button.closest("[data-images-of]").dataset;
  if (!(await ask(method, `/tickets/${ticket}/messages/${imagesOf}/images`, json))) return;
  const page = byId(`message-${imagesOf}`)?.querySelector(".fold--html");
  if (!page) return;
  page.open = true;
  page.querySelector("[data-images-of] button").focus();
}

async function ask(method, path, json, undo = undefined) {
  try {
    await api(method, path, { json });
    await refreshTicket();
    flash(t("done"), { undo });
    return true;
  } catch (problem) {
    flashProblem(problem);
    return false;
  }
}
