// Opening a source from a click on either side, and bringing the quoted words into view.
// Runs once, as the body of a function that Gradio gives `element`, `trigger` and `watch`.
const sides = document.getElementById("sides");

function bringIntoView() {
  const target = element.querySelector(".target");
  if (target) target.scrollIntoView({ block: "center" });
  else element.querySelector(".source-text")?.scrollTo(0, 0);
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

watch("value", bringIntoView);
