// Two soft notes for a message that nobody is looking at; without a file, and never before the visitor did something here.

const NOTES = [659, 880];

export function ringFor(chat, isOpen) {
  chat.addEventListener("arrival", () => {
    const isSeen = isOpen() && document.hasFocus();
    if (chat.config.has_sound && !chat.store.get("muted") && !isSeen && navigator.userActivation?.hasBeenActive) ring();
  });
}

function ring() {
  const context = new AudioContext();
  NOTES.forEach((frequency, index) => note(context, frequency, context.currentTime + index * 0.14));
  setTimeout(() => context.close(), 1500);
}

function note(context, frequency, start) {
  const volume = context.createGain();
  const tone = new OscillatorNode(context, { frequency });
  volume.gain.setValueAtTime(0.0001, start);
  volume.gain.exponentialRampToValueAtTime(0.12, start + 0.02);
  volume.gain.exponentialRampToValueAtTime(0.0001, start + 0.5);
  tone.connect(volume).connect(context.destination);
  tone.start(start);
  tone.stop(start + 0.5);
}
