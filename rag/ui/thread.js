// Clicks in the conversation, the quote that appears over a marker, and staying at the end of the talk.
// Runs once, as the body of a function that Gradio gives `element`, `trigger` and `watch`.
const peek = document.createElement("div");
peek.className = "peek";
peek.setAttribute("role", "tooltip");
peek.hidden = true;
document.getElementById("sides").append(peek);

function showPeek(marker) {
  const said = document.createElement("q");
  said.textContent = marker.dataset.quote;
  const where = document.createElement("small");
  where.textContent = marker.dataset.where;
  peek.replaceChildren(said, where);
  peek.hidden = false;
  const box = marker.getBoundingClientRect();
  const left = Math.min(box.left, window.innerWidth - peek.offsetWidth - 12);
  const above = box.top - peek.offsetHeight - 8;
  peek.style.left = `${Math.max(12, left)}px`;
  peek.style.top = `${above > 8 ? above : box.bottom + 8}px`;
}

const markerOf = (event) => event.target.closest?.(".marker[data-quote]");
const hidePeek = () => { peek.hidden = true; };
for (const kind of ["mouseover", "focusin"]) {
  element.addEventListener(kind, (event) => { const marker = markerOf(event); if (marker) showPeek(marker); });
}
for (const kind of ["mouseout", "focusout", "click"]) element.addEventListener(kind, hidePeek);
document.addEventListener("keydown", (event) => { if (event.key === "Escape") hidePeek(); });

async function copy(button) {
  const label = button.textContent;
  await navigator.clipboard.writeText(button.dataset.copy);
  button.textContent = button.dataset.done;
  setTimeout(() => { button.textContent = label; }, 1500);
}

element.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (button?.dataset.copy) copy(button);
  if (button?.dataset.ask) trigger("example", { question: button.dataset.ask });
});

// The newest question stays at the top of the view while its answer grows, until the reader scrolls.
let exchanges = 0;
let following = false;
for (const kind of ["wheel", "touchmove", "keydown", "pointerdown"]) {
  element.addEventListener(kind, () => { following = false; }, { passive: true });
}
watch("value", () => {
  hidePeek();
  const all = element.querySelectorAll(".exchange");
  if (all.length > exchanges) following = true;
  exchanges = all.length;
  if (following && exchanges > 0) all[exchanges - 1].scrollIntoView({ block: "start" });
});
