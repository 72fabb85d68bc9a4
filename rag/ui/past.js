// The list of conversations: grouped by the reader's own days, a menu for each, the address of the current one.
// Runs once, as the body of a function that Gradio gives `element`, `trigger` and `watch`.
const sides = document.getElementById("sides");
const bar = document.getElementById("past");
const DAY = 86_400_000;
const nav = () => element.querySelector(".past");
const narrow = () => window.matchMedia("(max-width: 1100px)").matches;

function group() {
  const list = nav()?.querySelector("ul");
  if (!list) return;
  const words = nav().dataset;
  const midnight = new Date().setHours(0, 0, 0, 0);
  let group = "";
  for (const row of list.querySelectorAll("li")) {
    const at = 1000 * Number(row.dataset.at);
    const its = at >= midnight ? words.today : at >= midnight - 6 * DAY ? words.week : words.earlier;
    if (its === group) continue;
    group = its;
    const heading = document.createElement("li");
    heading.className = "group";
    heading.append(Object.assign(document.createElement("h3"), { textContent: its }));
    row.before(heading);
  }
}

// The address names the conversation that is open, so that a reload finds it and each window keeps its own.
function address() {
  const current = nav()?.dataset.current;
  if (current === undefined) return;
  const here = new URL(location.href);
  if ((here.searchParams.get("c") ?? "") === current) return;
  if (current) here.searchParams.set("c", current);
  else here.searchParams.delete("c");
  history.replaceState(history.state, "", here);
}

function made(tag, attributes, ...children) {
  const node = Object.assign(document.createElement(tag), attributes);
  node.append(...children);
  return node;
}
const pressed = (text, done, css = "") => {
  const button = made("button", { type: "button", textContent: text, className: css });
  button.addEventListener("click", (event) => { event.stopPropagation(); done(); });
  return button;
};

let closeMenu = () => {};

function openMenu(row, opener) {
  closeMenu();
  const words = nav().dataset;
  const id = row.dataset.id;
  const choices = [
    pressed(words.rename, () => { closeMenu(); rename(row); }),
    pressed(words.asMarkdown, () => { closeMenu(); opener.focus(); trigger("export", { id, form: "markdown" }); }),
    pressed(words.asWord, () => { closeMenu(); opener.focus(); trigger("export", { id, form: "word" }); }),
    pressed(words.delete, () => { closeMenu(); confirm(row); }, "danger"),
  ];
  for (const one of choices) one.setAttribute("role", "menuitem");
  const menu = made("div", { className: "menu" }, ...choices);
  menu.setAttribute("role", "menu");
  opener.setAttribute("aria-expanded", "true");
  closeMenu = () => { menu.remove(); opener.setAttribute("aria-expanded", "false"); closeMenu = () => {}; };
  menu.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) { event.preventDefault(); choices.at((choices.indexOf(document.activeElement) + step) % choices.length).focus(); }
    if (event.key === "Escape") { event.preventDefault(); event.stopPropagation(); closeMenu(); opener.focus(); }
    if (event.key === "Tab") closeMenu();
  });
  row.append(menu);
  choices[0].focus();
  menu.scrollIntoView({ block: "nearest" });
}

function rename(row) {
  const title = row.querySelector(".choose");
  const box = made("input", { type: "text", value: title.title, maxLength: 60 });
  box.setAttribute("aria-label", nav().dataset.title);
  let over = false;
  const end = (kept) => {
    if (over) return;
    over = true;
    const typed = box.value.trim();
    box.remove();
    title.hidden = false;
    if (kept && typed && typed !== title.title) {
      title.querySelector("span").textContent = typed;
      trigger("rename", { id: row.dataset.id, title: typed });
    }
    title.focus();
  };
  box.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if (event.key === "Enter") end(true);
    if (event.key === "Escape") { event.preventDefault(); event.stopPropagation(); end(false); }
  });
  box.addEventListener("blur", () => end(true));
  title.hidden = true;
  title.before(box);
  box.select();
}

function confirm(row) {
  const words = nav().dataset;
  const close = () => { asked.remove(); row.classList.remove("asked"); row.querySelector(".more").focus(); };
  const cancel = pressed(words.cancel, close);
  const asked = made("p", { className: "really" }, made("span", { textContent: words.really }),
    pressed(words.delete, () => trigger("remove", { id: row.dataset.id }), "danger"), cancel);
  asked.setAttribute("role", "alertdialog");
  asked.setAttribute("aria-label", words.really);
  asked.addEventListener("keydown", (event) => {
    if (event.key === "Escape") { event.preventDefault(); event.stopPropagation(); close(); }
  });
  row.classList.add("asked");
  row.append(asked);
  cancel.focus();
}

function show(open) {
  sides.dataset.past = open ? "open" : "closed";
  toggle.setAttribute("aria-expanded", String(open));
  if (!narrow()) localStorage.setItem("wenju-past", sides.dataset.past);
}

element.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  const row = event.target.closest("li");
  if (button?.matches(".more")) { if (button.getAttribute("aria-expanded") === "true") closeMenu(); else openMenu(row, button); return; }
  if (button?.matches(".choose")) {
    trigger("choose", { id: row.dataset.id });
    if (narrow()) show(false);
  }
  if (button?.dataset.restore) trigger("restore", { id: button.dataset.restore });
});
document.addEventListener("click", (event) => { if (!event.target.closest(".menu, .more")) closeMenu(); });

// The button that shows and hides the bar. Narrow, the bar is a drawer, which anything beside it closes.
const toggle = made("button", { type: "button", id: "past-toggle", textContent: "☰" });
toggle.setAttribute("aria-controls", "past");
document.getElementById("top").prepend(toggle);
const open = () => (narrow() ? sides.dataset.past === "open" : sides.dataset.past !== "closed");
if (!narrow() && localStorage.getItem("wenju-past") === "closed") sides.dataset.past = "closed";
toggle.setAttribute("aria-expanded", String(open()));
toggle.addEventListener("click", () => {
  show(!open());
  if (open() && narrow()) document.querySelector("#new-chat").focus();
});
bar.addEventListener("click", (event) => { if (narrow() && event.target.closest("#new-chat")) show(false); });
document.addEventListener("pointerdown", (event) => {
  if (narrow() && open() && !event.target.closest("#past, #past-toggle")) show(false);
});
bar.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && narrow() && open()) { event.preventDefault(); show(false); toggle.focus(); }
});

const search = made("input", { type: "search", id: "past-search" });
let typing = 0;
search.addEventListener("input", () => {
  clearTimeout(typing);
  typing = setTimeout(() => trigger("search", { words: search.value }), 150);
});
element.before(search);

const arranged = () => {
  search.placeholder = nav()?.dataset.search ?? "";
  search.setAttribute("aria-label", search.placeholder);
  group();
  address();
  toggle.setAttribute("aria-label", nav()?.dataset.showList ?? "");
  toggle.title = nav()?.dataset.showList ?? "";
};
watch("value", arranged);
arranged();
