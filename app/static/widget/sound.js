// Two soft notes for a message that nobody is looking at; without a file, and never before the visitor did something here.

const NOTES = [659, 880];
const SWELL = [0, 0.12, 0.06, 0.03, 0.01, 0];
const LENGTH = 0.5;

export function ringFor(chat, isOpen) {
  chat.addEventListener("arrival", () => {
    const isSeen = isOpen() && document.hasFocus();
    if (chat.config.has_sound && !chat.store.get("muted") && !isSeen && navigator.userActivation.hasBeenActive) ring();
  });
}

function ring() {
  const context = new AudioContext();
  NOTES.forEach((frequency, index) => note(context, frequency, context.currentTime + index * 0.14));
  setTimeout(() => context.close(), 1500);
}

function note(context, frequency, start) {
  const volume = new GainNode(context);
  const tone = new OscillatorNode(context, { frequency });
  volume.gain.setValueCurveAtTime(SWELL, start, LENGTH);
  tone.connect(volume).connect(context.destination);
  tone.start(start);
  tone.stop(start + LENGTH);
}
