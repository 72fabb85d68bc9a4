// Clicks in the source, and bringing the marked words into view.
// Runs once, as the body of a function that Gradio gives `element`, `trigger` and `watch`.
element.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (!button) return;
  if (button.dataset.close !== undefined) delete document.getElementById("sides").dataset.source;
  if (button.dataset.open) trigger("open", { place: button.dataset.open });
});

watch("value", () => {
  const text = element.querySelector(".source-text");
  const target = element.querySelector(".target");
  if (target) target.scrollIntoView({ block: "center" });
  else if (text) text.scrollTop = 0;
});
