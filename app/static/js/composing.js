// No key does anything while an IME composes: Enter ends the conversion, and nothing else.

export const isComposing = (event) => event.isComposing || event.keyCode === 229;
