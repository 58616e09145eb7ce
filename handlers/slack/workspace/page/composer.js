// The line where a person types: slash commands with completion, Enter to send,
// Shift+Enter for a new line. What was typed survives everything: switching away
// and back, updates, and a send that failed.

import { el, setText, uniqueId } from "./dom.js";
import { icon } from "./icons.js";

export class Composer {
  #choices = [];
  #chosen = 0;
  #drafts = new Map();
  #where = "";
  #thread = null;

  /** host gives {name, commands(), send(text, thread)}; send resolves to {ok, error}. */
  constructor(host) {
    this.host = host;
    this.menu = el("div", { class: "command-menu", role: "listbox", id: uniqueId("commands"), "aria-label": "Commands", hidden: true });
    this.usage = el("p", { class: "command-usage", hidden: true });
    this.failure = el("div", { class: "composer-error", role: "alert", hidden: true });
    this.replying = el("div", { class: "composer-thread", hidden: true });
    this.input = el("textarea", {
      class: "composer-input", rows: 1, autocomplete: "off", "aria-label": "Message", "aria-autocomplete": "list", "aria-controls": this.menu.id,
      on: { beforeinput: (event) => this.#before(event), input: () => this.#typed(), keydown: (event) => this.#key(event), blur: () => this.#hideMenu() },
    });
    this.button = el("button", { type: "button", class: "send-button", "aria-label": "Send", title: "Send", on: { click: () => this.#send() } }, icon("send"));
    this.node = el("div", { class: "composer" }, this.failure, this.replying, this.menu, this.usage, el("div", { class: "composer-box" }, this.input, this.button));
  }

  /** at moves the composer to a conversation, with the draft that was left there. What was typed before there was any belongs to the first. */
  at(conversation, placeholder) {
    this.input.placeholder = placeholder;
    this.input.setAttribute("aria-label", placeholder);
    if (conversation === this.#where) return;
    this.#drafts.set(this.#where || conversation, this.input.value);
    this.#where = conversation;
    this.replyTo(null);
    this.#fail(null);
    this.#fill(this.#drafts.get(conversation) ?? "");
  }

  /** replyTo makes the next message a reply in a thread, or an ordinary one again with null. */
  replyTo(thread) {
    this.#thread = thread;
    this.replying.hidden = !thread;
    if (!thread) return;
    const cancel = el("button", { type: "button", class: "link-button", on: { click: () => this.replyTo(null) } }, "Cancel");
    this.replying.replaceChildren(icon("reply"), el("span", {}, `Replying to ${thread.name}`), cancel);
    this.input.focus();
  }

  focus() {
    this.input.focus({ preventScroll: true });
  }

  #typed() {
    this.#fail(null);
    this.#suggest();
  }

  #fill(text) {
    this.input.value = text;
    this.#suggest();
  }

  // Completion.

  #suggest() {
    const text = this.input.value;
    const commands = this.host.commands();
    const word = text.startsWith("/") ? text.split(/\s/, 1)[0] : "";
    const complete = word !== "" && word !== text;
    this.#choices = word !== "" && !complete ? commands.filter(({ command }) => command.startsWith(word)) : [];
    this.#chosen = Math.max(0, this.#choices.findIndex(({ command }) => command === word));
    const used = complete ? commands.find(({ command }) => command === word) : null;
    setText(this.usage, used ? `${used.command} ${used.usage_hint ?? ""}` : "");
    this.usage.hidden = !used?.usage_hint;
    this.#drawMenu();
  }

  #drawMenu() {
    const shown = this.#choices.length > 0 && document.activeElement === this.input;
    this.menu.replaceChildren(...this.#choices.map((choice, index) => this.#option(choice, index)));
    this.menu.hidden = !shown;
    const option = shown ? this.menu.children[this.#chosen] : null;
    if (option) this.input.setAttribute("aria-activedescendant", option.id);
    else this.input.removeAttribute("aria-activedescendant");
    option?.scrollIntoView({ block: "nearest" });
  }

  #option(choice, index) {
    const take = (event) => {
      event.preventDefault();
      this.#complete(choice);
    };
    const name = el("span", { class: "command-name" }, choice.command, choice.usage_hint && el("span", { class: "command-hint" }, ` ${choice.usage_hint}`));
    return el("div", { class: "command", role: "option", id: uniqueId("command"), "aria-selected": String(index === this.#chosen), on: { pointerdown: take } }, name, el("span", { class: "command-about" }, choice.description ?? ""));
  }

  #complete({ command }) {
    this.#fill(`${command} `);
    this.input.setSelectionRange(this.input.value.length, this.input.value.length);
  }

  #hideMenu() {
    this.#choices = [];
    this.#drawMenu();
  }

  // Keys and sending.

  #key(event) {
    if (event.isComposing) return;
    if (this.#choices.length > 0 && this.#menuKey(event)) {
      event.preventDefault();
      return;
    }
    if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      this.#send();
    }
  }

  /** #before refuses a line break where nothing stands yet, or no chat is there: some keyboards type it besides the Enter that sends. */
  #before(event) {
    if (event.inputType === "insertLineBreak" && (this.input.value === "" || this.#where === "")) event.preventDefault();
  }

  #menuKey(event) {
    const count = this.#choices.length;
    const choice = this.#choices[this.#chosen];
    const typed = choice.command === this.input.value;
    switch (event.key) {
      case "ArrowDown":
      case "ArrowUp":
        this.#chosen = (this.#chosen + (event.key === "ArrowDown" ? 1 : count - 1)) % count;
        this.#drawMenu();
        return true;
      case "Tab":
        if (event.shiftKey) return false;
        this.#complete(choice);
        return true;
      case "Enter":
        if (typed || event.shiftKey) return false;
        this.#complete(choice);
        return true;
      case "Escape":
        event.stopPropagation();
        this.#hideMenu();
        return true;
      default:
        return false;
    }
  }

  async #send() {
    const text = this.input.value.trim();
    const [where, thread] = [this.#where, this.#thread];
    if (text === "" || where === "") return;
    this.#fill("");
    this.#fail(null);
    this.node.classList.add("sending");
    const answer = await this.host.send(text, thread?.ts ?? null);
    this.node.classList.remove("sending");
    if (answer.ok) this.replyTo(null);
    else this.#giveBack(where, text, answer.error);
  }

  /** #giveBack returns the text of a failed send to where it was typed, unless something else stands there now. */
  #giveBack(where, text, error) {
    if (where !== this.#where) {
      if (!this.#drafts.get(where)) this.#drafts.set(where, text);
      return;
    }
    if (this.input.value === "") this.#fill(text);
    this.#fail(error ?? "That could not be sent.");
  }

  #fail(error) {
    this.failure.hidden = !error;
    if (error) this.failure.replaceChildren(icon("warning"), el("span", {}, error));
    else this.failure.replaceChildren();
  }
}
