// Clicks in the conversation, the quote that appears over a marker, and staying at the end of the talk.
// Runs once, as the body of a function that Gradio gives `element`, `trigger` and `watch`.
const peek = document.createElement("div");
peek.className = "peek";
peek.id = "peek";
peek.setAttribute("role", "tooltip");
peek.hidden = true;
document.getElementById("sides").append(peek);
const noted = ".marker[data-quote], [data-note]";
let peeked = null; // what it is shown for

function line(tag, text) {
  const part = document.createElement(tag);
  part.textContent = text;
  return part;
}

function showPeek(mark, more = "") {
  const { quote, where, note } = mark.dataset;
  const parts = quote === undefined ? [line("span", note)] : [line("q", quote), line("small", where)];
  if (more) parts.push(line("em", more));
  peek.replaceChildren(...parts);
  peek.hidden = false;
  peeked = mark;
  mark.setAttribute("aria-describedby", peek.id);
  const box = mark.getBoundingClientRect();
  const left = Math.min(box.left, window.innerWidth - peek.offsetWidth - 12);
  const above = box.top - peek.offsetHeight - 8;
  peek.style.left = `${Math.max(12, left)}px`;
  peek.style.top = `${above > 8 ? above : box.bottom + 8}px`;
}

const markOf = (event) => event.target.closest?.(noted);
const hidePeek = () => {
  peeked?.removeAttribute("aria-describedby");
  peeked = null;
  peek.hidden = true;
};
for (const kind of ["mouseover", "focusin"]) {
  element.addEventListener(kind, (event) => { const mark = markOf(event); if (mark) showPeek(mark); });
}
for (const kind of ["mouseout", "focusout"]) element.addEventListener(kind, hidePeek);
document.addEventListener("keydown", (event) => { if (event.key === "Escape") hidePeek(); });

// A finger can't point: its first tap shows the quote, the second opens it.
let tapped = null;
let firstTap = null;
document.addEventListener("pointerdown", (event) => {
  firstTap = null;
  if (event.pointerType !== "touch") return;
  const mark = markOf(event);
  if (!mark) hidePeek();
  else if (tapped !== keyOf(mark)) firstTap = mark;
  tapped = mark && keyOf(mark);
}, true);
element.addEventListener("click", (event) => {
  const mark = markOf(event);
  if (mark && mark === firstTap) {
    event.stopPropagation();
    event.preventDefault();
    showPeek(mark, mark.dataset.again ?? "");
  } else if (mark?.dataset.open) {
    hidePeek();
  }
  firstTap = null;
}, true);

// While an answer grows all of it is drawn anew: a press counts although its button is another one by the time it is
// let go, and what had the focus or was pointed at has it still.
const keyOf = (mark) => mark && `${mark.closest(".exchange")?.dataset.exchange ?? ""}/${mark.dataset.open ?? mark.textContent}`;
let focused = null;
let pressed = null;
let pressedKey = null;
element.addEventListener("focusin", (event) => { focused = keyOf(event.target.closest(".marker[data-open]")); });
element.addEventListener("focusout", (event) => { if (event.relatedTarget) focused = null; });
element.addEventListener("pointerdown", (event) => {
  pressed = event.pointerType === "touch" ? null : event.target.closest(".pending .marker[data-open]");
  pressedKey = keyOf(pressed);
});
document.addEventListener("pointerup", (event) => {
  // The old button is gone: no click will come of it.
  if (pressed && !pressed.isConnected) {
    const again = [...element.querySelectorAll(".marker[data-open]")].find((one) => keyOf(one) === pressedKey);
    again?.click();
  }
  pressed = null;
});

function drawnAnew() {
  const wanted = peeked && keyOf(peeked);
  const marks = [...element.querySelectorAll(noted)];
  if (focused && !element.contains(document.activeElement)) {
    marks.find((one) => keyOf(one) === focused)?.focus({ preventScroll: true });
  }
  const still = wanted && marks.find((one) => keyOf(one) === wanted);
  if (still) showPeek(still);
  else hidePeek();
}

async function copy(button) {
  const label = button.textContent;
  await navigator.clipboard.writeText(button.dataset.copy);
  button.textContent = button.dataset.done;
  setTimeout(() => { button.textContent = label; }, 1500);
}

function save(button) {
  const drawn = new XMLSerializer().serializeToString(button.closest(".chart").querySelector("svg"));
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([drawn], { type: "image/svg+xml" }));
  link.download = button.dataset.save;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}

element.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (button?.dataset.copy) copy(button);
  if (button?.dataset.save) save(button);
  if (button?.dataset.ask) trigger("example", { question: button.dataset.ask });
});

// The newest question stays at the top of the view while its answer grows, until the reader scrolls.
let exchanges = 0;
let following = false;
for (const kind of ["wheel", "touchmove", "keydown", "pointerdown"]) {
  element.addEventListener(kind, () => { following = false; }, { passive: true });
}
watch("value", () => {
  drawnAnew();
  const all = element.querySelectorAll(".exchange");
  if (all.length > exchanges) following = true;
  exchanges = all.length;
  if (following && exchanges > 0) all[exchanges - 1].scrollIntoView({ block: "start" });
});
