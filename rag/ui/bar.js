// Theme, keys and their help. Runs once, as the body of a function that Gradio gives `element`.
const THEMES = ["system", "light", "dark"];
const SIGNS = { system: "◐", light: "☀", dark: "☾" };

function showTheme() {
  const button = element.querySelector(".theme");
  if (!button) return;
  const chosen = window.wenjuTheme.chosen();
  const said = `${button.dataset.label}: ${button.dataset[chosen]}`;
  if (button.title === said) return;
  button.textContent = SIGNS[chosen];
  button.title = said;
  button.setAttribute("aria-label", said);
}
function nextTheme() {
  const chosen = window.wenjuTheme.chosen();
  window.wenjuTheme.choose(THEMES[(THEMES.indexOf(chosen) + 1) % THEMES.length]);
  showTheme();
}

// Single keys can be turned off: dictation software and unsteady hands press them by accident (WCAG 2.1.4).
const KEYS = "wenju-single-keys";
const singleKeys = () => { try { return localStorage.getItem(KEYS) !== "off"; } catch { return true; } };
function toggleHelp() {
  const help = element.querySelector("dialog.help");
  if (help.open) help.close();
  else { help.querySelector(".single-keys").checked = singleKeys(); help.showModal(); }
}

element.addEventListener("click", (event) => {
  if (event.target.closest(".theme")) nextTheme();
  else if (event.target.closest("button.keys") || event.target.closest(".help .close")) toggleHelp();
  else if (event.target.matches("dialog.help")) event.target.close();
});
// What a check found stays until it is clicked away where it is bad news.
document.addEventListener("click", (event) => event.target.closest?.(".connection")?.remove());
element.addEventListener("change", (event) => {
  if (!event.target.matches(".single-keys")) return;
  try { localStorage.setItem(KEYS, event.target.checked ? "on" : "off"); } catch { /* not kept */ }
});
new MutationObserver(showTheme).observe(element, { childList: true, subtree: true });
showTheme();

const within = (id) => document.getElementById(id);
const press = (id) => { const found = within(id); (found?.matches("button") ? found : found?.querySelector("button"))?.click(); };
const ACTIONS = {
  "/": () => within("question")?.querySelector("textarea")?.focus(),
  "n": () => { press("new-chat"); within("question")?.querySelector("textarea")?.focus(); },
  "d": () => press("library"),
  "s": () => [...document.querySelectorAll("#thread .exchange:last-child .marker[data-open]")].at(0)?.click(),
  "t": nextTheme,
  "?": toggleHelp,
};
document.addEventListener("keydown", (event) => {
  const action = ACTIONS[event.key];
  if (!action || event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.repeat) return;
  if (event.target.closest?.("input, textarea, select, [contenteditable]") || !singleKeys()) return;
  const open = document.querySelector("dialog[open]");
  if (open && !(open.matches(".help") && event.key === "?")) return;
  event.preventDefault();
  action();
});
