/** Everything around the entries: who one can be, the talks, the stickers, and how one stands to the account. */
import { element } from "./bubbles.js";
import { $, group, groupsOfMine, isGroup, person, state } from "./state.js";
import { currentLanguage, say, write } from "./texts.js";

/** What the button of the account does next, as an event of LINE. */
export function nextStep() {
  if (isGroup()) return group().has_account ? "leave" : "join";
  return person().is_friend && !person().is_blocking ? "unfollow" : "follow";
}

const isDeaf = () => ["join", "follow"].includes(nextStep());

function words() {
  if (isGroup()) return { step: isDeaf() ? "invite" : "remove", notice: "absent" };
  if (person().is_blocking) return { step: "unblock", notice: "blocked" };
  return { step: person().is_friend ? "block" : "add", notice: "stranger" };
}

export function drawFrame(sendSticker) {
  const { world, me, chat } = state;
  write(document);
  options($("who"), world.people.map((each) => [each.id, each.name]), me);
  options($("talk"), [[me, world.account.name], ...groupsOfMine().map((each) => [each.id, each.name])], chat);
  $("language").value = currentLanguage();
  $("face").src = `/simulator/pictures/${isGroup() ? chat : "account"}`;
  $("name").textContent = isGroup() ? group().name : world.account.name;
  $("block").textContent = say(words().step);
  $("notice").textContent = say(words().notice);
  $("notice").hidden = !isDeaf();
  $("log").setAttribute("aria-label", say("entries"));
  $("bubbles").dataset.empty = say("empty");
  $("quick").setAttribute("aria-label", say("quick"));
  $("stickers").setAttribute("aria-label", say("stickers"));
  $("stickers").replaceChildren(...world.stickers.map((sticker) => stickerButton(sticker, sendSticker)));
}

function options(select, entries, chosen) {
  select.replaceChildren(...entries.map(([value, text]) => new Option(text, value, false, value === chosen)));
}

function stickerButton(sticker, send) {
  const made = element("button", "button", sticker.words[currentLanguage() === "ja" ? 0 : 1]);
  made.type = "button";
  made.addEventListener("click", () => send(sticker));
  return made;
}

/** How the desk took the newest webhook. */
export function drawDesk(last) {
  const tried = last?.attempts.at(-1);
  const isGood = !tried || (tried.status >= 200 && tried.status < 300);
  $("desk").dataset.state = isGood ? "good" : "bad";
  if (!state.world.webhook_url) $("desk").textContent = say("desk_off");
  else if (!last) $("desk").textContent = "";
  else if (!tried) $("desk").textContent = say("desk_waiting");
  else if (isGood) $("desk").textContent = say("desk_good", tried);
  else $("desk").textContent = say("desk_bad", { said: tried.status ? `${tried.status} ${tried.said}` : tried.said });
}
