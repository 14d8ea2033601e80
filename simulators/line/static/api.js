/** The simulator's own calls; each throws an Error with words for the person. */
import { say } from "./texts.js";

async function ask(path, options) {
  let answer;
  try {
    answer = await fetch(path, options);
  } catch {
    throw new Error(say("lost"));
  }
  const body = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Error(say("failed", { said: body.message ?? answer.status }));
  return body;
}

const inJson = (body) => ({ method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) });

export const state = () => ask("/simulator/state");
export const talk = (chat, user) => ask(`/simulator/talks/${chat}?user=${user}`);
export const lastDelivery = async () => (await ask("/simulator/deliveries?last=1")).items[0];
export const act = (form) => ask("/simulator/webhooks", inJson({ acts: [form] }));

/** Pictures that are sent together are a set. */
export async function sendPictures(files, { user, chat }) {
  const total = files.length;
  const set = total > 1 ? `${Date.now()}` : "";
  for (const [index, file] of [...files].entries()) {
    const words = new URLSearchParams({ user, kind: "image", name: file.name });
    if (chat) words.set("chat", chat);
    if (set) { words.set("set_id", set); words.set("set_index", index + 1); words.set("set_total", total); }
    await ask(`/simulator/media?${words}`, { method: "POST", headers: { "content-type": file.type }, body: file });
  }
}
