// On somebody's site: puts the form where this script stands, and makes its frame as high as the form is.
// It asks nothing of the page around it, and tells it nothing.

(() => {
  const script = document.currentScript;
  const source = new URL(script.src);
  const page = new URL(source.pathname.replace(/\/embed\.js$/, ""), source.origin);
  page.searchParams.set("embed", "1");
  const language = script.dataset.lang || document.documentElement.lang.slice(0, 2);
  if (language === "ja" || language === "en") page.searchParams.set("lang", language);

  const frame = document.createElement("iframe");
  frame.src = page.href;
  frame.title = script.dataset.title || (language === "en" ? "Inquiry form" : "お問い合わせフォーム");
  Object.assign(frame.style, { display: "block", width: "100%", height: "640px", border: "0", colorScheme: "auto" });
  script.after(frame);

  addEventListener("message", ({ source: from, origin, data }) => {
    if (from !== frame.contentWindow || origin !== source.origin || data?.madoguchi !== "form") return;
    if (Number.isFinite(data.height)) frame.style.height = `${Math.min(Math.ceil(data.height), 20000)}px`;
    if (data.moved && frame.getBoundingClientRect().top < 0) frame.scrollIntoView();
  });
})();
