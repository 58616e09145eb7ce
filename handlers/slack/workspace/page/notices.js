// What taps a person on the shoulder: notifications of new messages, as a
// desktop shows them, and words about what failed.

import { el } from "./dom.js";
import { avatar } from "./avatar.js";
import { icon } from "./icons.js";

const shownFor = 7_000;
const atMost = 3;

export class Notices {
  constructor() {
    this.node = el("div", { class: "notices" });
    this.spoken = el("div", { class: "visually-hidden", "aria-live": "polite" });
  }

  /** notify shows a notification that opens what it is about (a conversation). lead is a short word above the sender, or "". */
  notify({ directory, from, lead, text, about = "", open }) {
    const words = el("span", { class: "notice-words" }, lead && el("span", { class: "notice-lead" }, lead), el("strong", {}, directory.person(from)), el("span", { class: "notice-text" }, text));
    const cover = el("button", { type: "button", class: "notice-cover", "aria-label": `Open notification from ${directory.person(from)}`, "aria-description": text });
    const notice = this.#add("notice", [el("div", { class: "notice-open" }, avatar(directory, from), words), cover], shownFor);
    notice.dataset.about = about;
    cover.addEventListener("click", () => {
      notice.remove();
      open();
    });
  }

  /** clear takes away the notifications about a conversation, once the person looks at it. */
  clear(about) {
    for (const notice of [...this.node.children].filter((child) => child.dataset.about === about)) notice.remove();
  }

  /** fail shows what went wrong until it is dismissed. */
  fail(text) {
    this.#add("notice notice-failure", el("div", { class: "notice-open", role: "alert" }, icon("warning"), el("span", { class: "notice-words" }, text)), 0);
  }

  /** say has text spoken by a screen reader. */
  say(text) {
    this.spoken.textContent = text;
  }

  #add(className, body, lasts) {
    const dismiss = el("button", { type: "button", class: "icon-button notice-close", "aria-label": "Dismiss notification" }, icon("close"));
    const notice = el("div", { class: className }, body, dismiss);
    dismiss.addEventListener("click", () => notice.remove());
    this.node.append(notice);
    while (this.node.children.length > atMost) this.node.firstChild.remove();
    if (lasts) expire(notice, lasts);
    return notice;
  }
}

/** expire removes a notice after a while, but not from under a pointer or the focus. */
function expire(notice, lasts) {
  setTimeout(() => {
    if (notice.matches(":hover, :focus-within")) expire(notice, lasts);
    else notice.remove();
  }, lasts);
}
