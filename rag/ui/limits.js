// What a question is limited to: a row of chips, and a window to choose from.
// Runs once, as the body of a function that Gradio gives `element`, `trigger` and `watch`.
const KEPT = "wenju-limits";
const find = (selector) => element.querySelector(selector);
const chosen = () => JSON.parse(find(".limits")?.dataset.limits || "[]");
let isOpen = false;
let chooser = null;
let asked = "";

function choose(limits) {
  sessionStorage.setItem(KEPT, JSON.stringify(limits));
  trigger("choose", { limits });
}

async function open() {
  isOpen = true;
  chooser = find(".chooser");
  const answer = await fetch(`/page/documents/choices?language=${find(".limits").lang}`).catch(() => null);
  if (!answer?.ok) return;
  chooser.innerHTML = await answer.text();
  tick();
  show();
  const search = chooser.querySelector("input[type=search]");
  search.value = asked;
  narrow();
  search.focus();
}

function tick() {
  const limits = new Set(chosen());
  for (const box of chooser.querySelectorAll("input[type=checkbox]")) box.checked = limits.has(box.value);
}

function show() {
  find(".chooser").hidden = !isOpen;
  find(".choose").setAttribute("aria-expanded", String(isOpen));
}

function shut() {
  if (!isOpen) return;
  isOpen = false;
  asked = "";
  show();
  find(".choose").focus();
}

function narrow() {
  const words = asked.toLowerCase().split(/\s+/).filter(Boolean);
  for (const label of element.querySelectorAll(".chooser label")) {
    label.hidden = !words.every((word) => label.textContent.toLowerCase().includes(word));
  }
  for (const group of element.querySelectorAll(".chooser fieldset")) {
    group.hidden = !group.querySelector("label:not([hidden])");
  }
}

element.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (!button) return;
  if (button.matches(".choose")) (isOpen ? shut : open)();
  if (button.dataset.shut !== undefined) shut();
  if (button.dataset.clear !== undefined) choose([]);
  if (button.dataset.unlimit) choose(chosen().filter((one) => one !== button.dataset.unlimit));
});
element.addEventListener("input", (event) => {
  if (event.target.matches("input[type=search]")) { asked = event.target.value; narrow(); }
});
element.addEventListener("change", (event) => {
  if (!event.target.matches(".chooser input[type=checkbox]")) return;
  const ticked = [...element.querySelectorAll(".chooser input:checked")].map((box) => box.value);
  choose(ticked);
});
element.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && isOpen) { event.stopPropagation(); shut(); }
});
document.addEventListener("pointerdown", (event) => {
  if (isOpen && !element.contains(event.target)) { isOpen = false; show(); }
});

// The window stays as it is while one chooses, though the row around it is drawn anew.
let focused = null;
element.addEventListener("focusin", (event) => { focused = event.target; });
watch("value", () => {
  const kept = JSON.parse(sessionStorage.getItem(KEPT) || "[]");
  if (!chosen().length && kept.length && !element.dataset.restored) choose(kept);
  element.dataset.restored = "yes";
  const drawn = find(".chooser");
  if (!isOpen || !chooser || drawn === chooser) return;
  const scrolled = chooser.scrollTop;
  drawn.replaceWith(chooser);
  tick();
  show();
  chooser.scrollTop = scrolled;
  if (focused && chooser.contains(focused)) focused.focus();
});
