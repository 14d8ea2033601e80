/** One entry of a talk as elements; text from others is only ever text. */
import { say, currentLanguage } from "./texts.js";

export function element(tag, className, text) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
}

/** `view`: {me, nameOf, find, acts: {unsend, quote}}. */
export function entry(bubble, view) {
  const isMine = bubble.author === view.me;
  const made = element("li", isMine ? "entry entry--mine" : "entry");
  if (!isMine) made.append(face(bubble), element("span", "entry__name", bubble.message.sender?.name ?? view.nameOf(bubble.author)));
  made.append(body(bubble, view), facts(bubble, isMine));
  if (!bubble.is_unsent) made.append(acts(bubble, isMine, view));
  return made;
}

/** In a few words, for quotes. */
export function summary(bubble) {
  if (!bubble || bubble.is_unsent) return say("unsent");
  const { message } = bubble;
  const names = { image: "picture", video: "video", audio: "audio", file: "file", location: "location", sticker: "sticker" };
  return message.text ?? message.altText ?? message.keywords?.[0] ?? (names[message.type] ? say(names[message.type]) : message.type);
}

function face(bubble) {
  const made = element("img", "face");
  made.src = `/simulator/pictures/${bubble.author}`;
  made.alt = "";
  return made;
}

function body(bubble, view) {
  const made = element("div", "entry__body");
  const inner = bubble.is_unsent ? element("span", "bubble bubble--gone", say("unsent")) : drawn(bubble);
  if (bubble.quoted_id && !bubble.is_unsent) {
    inner.prepend(element("span", "bubble__quote", summary(view.find(bubble.quoted_id))));
  }
  made.append(inner);
  return made;
}

function drawn(bubble) {
  const { message } = bubble;
  const draw = DRAWN[message.type];
  return draw ? draw(message, bubble) : element("span", "bubble", message.altText ?? say("other", { kind: message.type }));
}

const DRAWN = {
  text: (message) => element("span", "bubble", message.text),
  textV2: (message) => element("span", "bubble", message.text),
  sticker: (message) => {
    const made = element("span", "bubble bubble--sticker", message.keywords?.[0] ?? message.text ?? message.stickerId);
    made.append(element("small", "", say("sticker")));
    return made;
  },
  image: (message, bubble) => {
    const made = element("span", "bubble bubble--picture");
    const picture = element("img");
    picture.src = message.previewImageUrl ?? message.contentProvider?.originalContentUrl ?? `/simulator/media/${bubble.id}`;
    picture.alt = say("picture");
    if (message.originalContentUrl) made.append(link(message.originalContentUrl, picture));
    else made.append(picture);
    return made;
  },
  video: (message) => played(message, "video"),
  audio: (message) => played(message, "audio"),
  file: (message) => element("span", "bubble", `${say("file")}: ${message.fileName} (${message.fileSize} B)`),
  location: (message) => element("span", "bubble", [say("location"), message.title, message.address].filter(Boolean).join("\n")),
};

function played(message, kind) {
  const made = element("span", "bubble", say(kind));
  if (message.duration) made.append(` ${Math.round(message.duration / 1000)} s`);
  if (message.originalContentUrl) made.append(" ", link(message.originalContentUrl, say("open")));
  return made;
}

function link(address, inner) {
  const made = element("a");
  made.href = /^https?:/.test(address) ? address : "#";
  made.target = "_blank";
  made.rel = "noreferrer";
  made.append(inner);
  return made;
}

function facts(bubble, isMine) {
  const made = element("div", "entry__facts");
  if (isMine && bubble.is_read) made.append(element("span", "", say("read")));
  if (bubble.way !== "user") made.append(element("span", "", say(bubble.way)));
  const time = element("time", "", when(new Date(bubble.at)));
  time.dateTime = new Date(bubble.at).toISOString();
  made.append(time);
  return made;
}

/** The time, and the day where it is not today. */
function when(at) {
  const isToday = at.toDateString() === new Date().toDateString();
  const day = isToday ? {} : { month: "numeric", day: "numeric" };
  return at.toLocaleString(currentLanguage(), { ...day, hour: "2-digit", minute: "2-digit" });
}

function acts(bubble, isMine, view) {
  const made = element("div", "entry__acts");
  const names = isMine ? ["quote", "unsend"] : ["quote"];
  for (const name of names) {
    const button = element("button", "button", say(name));
    button.type = "button";
    button.setAttribute("aria-label", `${say(name)}: ${summary(bubble).slice(0, 40)}`);
    button.addEventListener("click", () => view.acts[name](bubble));
    made.append(button);
  }
  return made;
}
