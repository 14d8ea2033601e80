// The team's colour, and what can be read on it and beside it (WCAG: 4.5 to 1).

const LIGHT = [255, 255, 255];
const INK = [16, 24, 32];
const ENOUGH = 4.5;
const HEX = /^#[\da-f]{6}$/i;

export function themeOf({ color, position }) {
  const hex = HEX.test(color) ? color : "#1d5797";
  const accent = hex.match(/\w\w/g).map((each) => parseInt(each, 16));
  const onAccent = contrast(accent, LIGHT) >= contrast(accent, INK) ? LIGHT : INK;
  const ground = withContrast(accent, onAccent, onAccent === LIGHT ? INK : LIGHT);
  const inLight = withContrast(accent, [244, 244, 241], INK);
  const inDark = withContrast(accent, [42, 47, 56], LIGHT);
  const [side, other] = position === "left" ? ["left", "right"] : ["right", "left"];
  return `:host {
    --accent: rgb(${ground}); --on-accent: rgb(${onAccent});
    --accent-ink: light-dark(rgb(${inLight}), rgb(${inDark}));
    --${side}: var(--gap); --${other}: auto;
  }`;
}

// The colour itself, or as little as is needed nearer to `towards`.
export function withContrast(color, ground, towards) {
  for (let share = 0; share < 1; share += 0.05) {
    const mixed = color.map((each, index) => Math.round(each + (towards[index] - each) * share));
    if (contrast(mixed, ground) >= ENOUGH) return mixed;
  }
  return towards;
}

export function contrast(one, other) {
  const [high, low] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return (high + 0.05) / (low + 0.05);
}

function luminance(color) {
  const [red, green, blue] = color
    .map((each) => each / 255)
    .map((share) => (share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4));
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
