// Opening a source from a click on either side, and bringing the quoted words into view.
// Runs once, as the body of a function that Gradio gives `element`, `trigger` and `watch`.
const sides = document.getElementById("sides");
const zooms = [1, 1.5, 2, 3];
let zoom = window.innerWidth < 600 ? 2 : 0; // a page is too small to read on a phone
let view = ""; // what the reader chose; else what the source is best seen as

const open = () => element.querySelector(".source-view");

function bringIntoView() {
  const pages = open()?.dataset.shown === "pages";
  const pane = element.querySelector(pages ? ".source-pages" : ".source-text");
  const page = pages ? pane.querySelector(`.leaf[data-page="${pane.dataset.page}"]`) : null;
  const target = pane?.querySelector(".target");
  if (target) target.scrollIntoView({ block: "center", inline: "center" });
  else if (page) page.scrollIntoView({ block: "start" });
  else pane?.scrollTo(0, 0);
}

function show(chosen) {
  const source = open();
  if (!source?.querySelector(".source-pages")) return;
  source.dataset.shown = chosen;
  for (const button of source.querySelectorAll("[data-view]")) {
    button.setAttribute("aria-pressed", String(button.dataset.view === chosen));
  }
  for (const button of source.querySelectorAll("[data-zoom]")) {
    const next = zoom + Number(button.dataset.zoom);
    button.disabled = chosen !== "pages" || next < 0 || next >= zooms.length;
  }
  source.style.setProperty("--zoom", zooms[zoom]);
}

sides.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (button?.dataset.close !== undefined) delete sides.dataset.source;
  const place = button?.dataset.open;
  if (!place) return;
  sides.dataset.source = "open"; // what a narrow screen shows
  // What is open already does not change, so nothing would bring it back into view.
  if (element.querySelector("[data-place]")?.dataset.place === place) bringIntoView();
  else trigger("open", { place });
});

element.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (button?.dataset.view) view = button.dataset.view;
  else if (button?.dataset.zoom) zoom += Number(button.dataset.zoom);
  else return;
  show(view || open().dataset.shown);
  bringIntoView();
});

// Loading and failing don't bubble.
const sheetOf = (event) => event.target.closest?.(".leaf .sheet");
element.addEventListener("load", (event) => { sheetOf(event)?.classList.add("drawn"); }, true);
element.addEventListener("error", (event) => {
  const sheet = sheetOf(event);
  if (sheet) sheet.replaceChildren(Object.assign(document.createElement("p"), { textContent: sheet.parentElement.dataset.undrawn }));
}, true);

watch("value", () => {
  for (const image of element.querySelectorAll(".leaf img")) {
    if (image.complete && image.naturalWidth) image.parentElement.classList.add("drawn");
  }
  const best = open()?.dataset.shown;
  // A quote that can't be marked on its page is shown where it can be.
  if (best) show(best === "text" ? best : view || best);
  bringIntoView();
});
