// The theme the reader chose, kept in this browser: "light", "dark" or, by default, the system's.
// In the head of the page, so that it is there before anything is drawn; Gradio's own idea of it is set right again.
window.wenjuTheme = (() => {
  const key = "wenju-theme";
  const system = matchMedia("(prefers-color-scheme: dark)");
  const chosen = () => {
    try { return localStorage.getItem(key) || "system"; } catch { return "system"; }
  };
  function apply() {
    const dark = chosen() === "dark" || (chosen() === "system" && system.matches);
    for (const one of [document.documentElement, document.body]) {
      if (one && one.classList.contains("dark") !== dark) one.classList.toggle("dark", dark);
    }
    document.documentElement.style.colorScheme = dark ? "dark" : "light";
  }
  function choose(theme) {
    try { localStorage.setItem(key, theme); } catch { /* not kept, but shown */ }
    apply();
  }
  system.addEventListener("change", apply);
  addEventListener("storage", apply);
  addEventListener("DOMContentLoaded", () => {
    apply();
    new MutationObserver(apply).observe(document.body, { attributes: true, attributeFilter: ["class"] });
  });
  apply();
  return { chosen, choose };
})();
