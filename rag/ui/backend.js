// The choice of who words the answers. Runs once, as the body of a function that Gradio gives `element` and `trigger`.
element.addEventListener("change", (event) => {
  if (event.target.id === "backend-choice") trigger("choose", { name: event.target.value });
});
element.addEventListener("click", (event) => { if (event.target.closest(".check")) trigger("check", {}); });
