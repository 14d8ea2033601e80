// A screen on which the open widget takes all of it.

export const PHONE = "(width <= 480px)";
