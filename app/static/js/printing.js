// The browser's own dialog: printer, or PDF.

document.getElementById("print").addEventListener("click", () => print());
