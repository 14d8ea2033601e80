// The team's colour, and what can be read on it and beside it (WCAG: 4.5 to 1).

const LIGHT = [255, 255, 255];
const INK = [16, 24, 32];
const ENOUGH = 4.5;

export function themeOf({ color, position }) {
  const accent = parse(color) ?? parse("#1d5797");
  const onAccent = contrast(accent, LIGHT) >= ENOUGH || contrast(accent, LIGHT) >= contrast(accent, INK) ? LIGHT : INK;
  const ground = withContrast(accent, onAccent, onAccent === LIGHT ? INK : LIGHT);
  const side = position === "left" ? "left" : "right";
  return `:host {
    --accent: ${css(ground)}; --on-accent: ${css(onAccent)};
    --accent-ink: light-dark(${css(withContrast(accent, [244, 244, 241], INK))}, ${css(withContrast(accent, [42, 47, 56], LIGHT))});
    --${side}: var(--gap); --${side === "left" ? "right" : "left"}: auto; --side: ${side};
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
  const [red, green, blue] = color.map((each) =>
    each / 255 <= 0.04045 ? each / 255 / 12.92 : ((each / 255 + 0.055) / 1.055) ** 2.4,
  );
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function parse(text) {
  const found = /^#([\da-f]{2})([\da-f]{2})([\da-f]{2})$/i.exec(text ?? "");
  return found && found.slice(1).map((each) => parseInt(each, 16));
}

const css = (color) => `rgb(${color.join(" ")})`;
