// A short sound for chats, if this browser is to make one and the browser lets it: made here, nothing is fetched.

import { desk } from "./page.js";

const KEY = `madoguchi-chat-sound-${desk.agent.id}`;
const NOTES = [[880, 0], [1318.5, 0.12]]; // hertz, seconds
const LENGTH = 0.35;
const LOUDNESS = 0.12;
let context = null;

export const isAudible = () => localStorage.getItem(KEY) !== "off";

export function setAudible(isOn) {
  localStorage.setItem(KEY, isOn ? "on" : "off");
}

// A browser makes sounds only after somebody has touched the page.
function wake() {
  if (!isAudible() || !("AudioContext" in window)) return;
  context ??= new AudioContext();
  if (context.state === "suspended") context.resume().catch(() => {});
}

for (const name of ["pointerdown", "keydown"]) addEventListener(name, wake, { passive: true });

export function ring() {
  if (!isAudible() || context?.state !== "running") return;
  for (const [frequency, after] of NOTES) sound(frequency, context.currentTime + after);
}

function sound(frequency, at) {
  const tone = new OscillatorNode(context, { frequency });
  const volume = new GainNode(context, { gain: LOUDNESS });
  volume.gain.setValueAtTime(LOUDNESS, at);
  volume.gain.exponentialRampToValueAtTime(0.0001, at + LENGTH);
  tone.connect(volume).connect(context.destination);
  tone.start(at);
  tone.stop(at + LENGTH);
}
