// Dialogs inside a pane: they cover one person's pane and leave the other one
// free, so they are not modal to the whole window. The pane's content behind is
// inert, Tab stays inside, Escape closes, and the focus goes back to where it was.

import { el, focusable, uniqueId } from "./dom.js";
import { textNode } from "./blockkit.js";

/** Layer is the place over a pane's content where its dialogs stand, one above another. */
export class Layer {
  #open = [];

  /** behind is the element that the dialogs cover. */
  constructor(behind) {
    this.behind = behind;
    this.node = el("div", { class: "layer", hidden: true });
  }

  /** open shows a dialog; onEscape is called when the person presses Escape in it. */
  open(dialog, onEscape) {
    const below = this.#open.at(-1)?.dialog ?? this.behind;
    const opener = below.contains(document.activeElement) ? document.activeElement : null;
    this.#open.push({ dialog, opener, below });
    dialog.addEventListener("keydown", (event) => this.#key(event, dialog, onEscape));
    below.inert = true;
    this.node.append(dialog);
    this.node.hidden = false;
    dialog.show();
  }

  /** close removes a dialog and gives the focus back to its opener, or calls orElse when that is gone. */
  close(dialog, orElse = () => {}) {
    const at = this.#open.findIndex((entry) => entry.dialog === dialog);
    if (at < 0) return;
    const [{ opener, below }] = this.#open.splice(at, 1);
    const hadFocus = dialog.contains(document.activeElement) || document.activeElement === document.body;
    dialog.close();
    dialog.remove();
    below.inert = false;
    this.node.hidden = this.#open.length === 0;
    if (!hadFocus) return;
    if (opener?.isConnected) opener.focus({ preventScroll: true });
    else orElse();
  }

  #key(event, dialog, onEscape) {
    if (event.key === "Escape" && !event.isComposing) {
      event.preventDefault();
      event.stopPropagation();
      onEscape();
    }
    if (event.key === "Tab") keepInside(event, dialog);
  }
}

function keepInside(event, dialog) {
  const reachable = focusable(dialog);
  const edge = event.shiftKey ? reachable[0] : reachable.at(-1);
  if (document.activeElement !== edge && document.activeElement !== dialog) return;
  event.preventDefault();
  (event.shiftKey ? reachable.at(-1) : reachable[0])?.focus();
}

/** confirm asks what a Block Kit confirmation dialog asks, and resolves to whether the person agreed. */
export function confirm(layer, words, directory) {
  return new Promise((resolve) => {
    const answer = (yes) => {
      layer.close(dialog);
      resolve(yes);
    };
    const title = uniqueId("confirm");
    const deny = el("button", { type: "button", class: "button", on: { click: () => answer(false) } }, textNode(words.deny, directory) ?? "Cancel");
    const agreeClass = words.style === "danger" ? "button button-danger button-solid" : "button button-primary";
    const agree = el("button", { type: "button", class: agreeClass, on: { click: () => answer(true) } }, textNode(words.confirm, directory) ?? "Yes");
    const dialog = el("dialog", { class: "dialog confirm", role: "alertdialog", "aria-labelledby": title, tabindex: "-1" },
      el("h2", { id: title }, textNode(words.title, directory) ?? "Are you sure?"),
      el("div", { class: "confirm-words" }, textNode(words.text, directory)),
      el("div", { class: "dialog-foot" }, deny, agree));
    layer.open(dialog, () => answer(false));
    agree.focus();
  });
}
