// Menus: the ⋯ of a message and Block Kit's overflow. A menu opens over
// everything else, is walked with the arrow keys and gives its focus back.

import { el, pressing, uniqueId } from "./dom.js";
import { icon } from "./icons.js";

/**
 * menuButton returns a ⋯ button. entries() is asked each time it opens and lists
 * {text, detail, run}; run may return a promise, during which the button is busy.
 */
export function menuButton({ name, entries, className = "" }) {
  const button = el("button", { type: "button", class: `icon-button ${className}`, "aria-label": name, title: name, "aria-haspopup": "menu", "aria-expanded": "false" }, icon("more"));
  let menu = null;

  const close = () => {
    menu?.hidePopover();
  };
  const open = () => {
    menu = build(name, entries(), (entry) => {
      close();
      pressing(button, async () => entry.run());
    });
    menu.addEventListener("toggle", (event) => {
      const opened = event.newState === "open";
      button.setAttribute("aria-expanded", String(opened));
      if (opened) return;
      if (menu.contains(document.activeElement) || document.activeElement === document.body) button.focus({ preventScroll: true });
      menu.remove();
      menu = null;
    });
    button.after(menu);
    menu.showPopover();
    placeNear(menu, button);
    menu.querySelector("[role=menuitem]")?.focus();
  };
  // A press on the button of an open menu dismisses it before the click arrives; remember that it was open.
  let wasOpen = false;
  button.addEventListener("pointerdown", () => {
    wasOpen = menu !== null;
  });
  button.addEventListener("click", () => {
    if (!wasOpen && menu === null) open();
    else close();
    wasOpen = false;
  });
  return button;
}

function build(name, entries, choose) {
  const items = entries.map((entry) =>
    el("button", { type: "button", role: "menuitem", tabindex: "-1", on: { click: () => choose(entry) } }, el("span", {}, entry.text), entry.detail && el("small", {}, entry.detail)),
  );
  const menu = el("div", { class: "menu", role: "menu", popover: "auto", id: uniqueId("menu"), "aria-label": name }, items);
  menu.addEventListener("keydown", (event) => walk(event, menu, items));
  return menu;
}

function walk(event, menu, items) {
  const at = items.indexOf(document.activeElement);
  const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: items.length - 1 }[event.key];
  if (event.key === "Tab") menu.hidePopover();
  if (event.key === "Escape") event.stopPropagation();
  if (to === undefined) return;
  event.preventDefault();
  items[(to + items.length) % items.length]?.focus();
}

/** placeNear puts the menu under the button, or above it where there is no room, and inside the window. */
function placeNear(menu, button) {
  const anchor = button.getBoundingClientRect();
  const size = menu.getBoundingClientRect();
  const below = anchor.bottom + 4;
  const top = below + size.height > innerHeight - 8 ? anchor.top - size.height - 4 : below;
  const left = Math.min(Math.max(8, anchor.right - size.width), innerWidth - size.width - 8);
  menu.style.top = `${Math.max(8, top)}px`;
  menu.style.left = `${left}px`;
}
