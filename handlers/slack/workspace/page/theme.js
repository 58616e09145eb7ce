// Light or dark: as the system says, until somebody chooses. Loaded before the
// page is drawn, so that it does not flash in the wrong colours.

const stored = "firebreak-theme";
const root = document.documentElement;

const chosen = localStorage.getItem(stored);
if (chosen === "light" || chosen === "dark") root.dataset.theme = chosen;

addEventListener("DOMContentLoaded", () => {
  const button = document.getElementById("theme");
  const isDark = () => (root.dataset.theme ?? (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light")) === "dark";
  const name = () => {
    const words = isDark() ? "Use light colours" : "Use dark colours";
    button.setAttribute("aria-label", words);
    button.title = words;
  };
  button.addEventListener("click", () => {
    root.dataset.theme = isDark() ? "light" : "dark";
    localStorage.setItem(stored, root.dataset.theme);
    name();
  });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", name);
  name();
});
