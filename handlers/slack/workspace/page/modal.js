// The modal of a pane: a Slack view shown as a form.
//
// The app may change the view while the person is typing. The same view (by id)
// is brought up to date in place; when another is pushed on top, what was set in
// the one below is kept and comes back with it.

import * as api from "./api.js";
import { el, setText, uniqueId } from "./dom.js";
import { filledIn, Surface, textNode } from "./blockkit.js";
import { icon } from "./icons.js";

export class Modal {
  #shown = null;
  #set = new Map();

  /** host gives {as, layer, directory, confirm(words), calm()}: calm places the focus when the modal's opener is gone. */
  constructor(host) {
    this.host = host;
  }

  /** show follows a State's modal: null, or {view, errors}. */
  show(modal) {
    if (!modal) {
      this.#set.clear();
      this.#remove();
      return;
    }
    if (this.#shown && this.#shown.view.id !== modal.view.id) {
      this.#set.set(this.#shown.view.id, this.#shown.surface.values());
      this.#remove();
    }
    if (this.#shown) this.#update(modal);
    else this.#open(modal);
  }

  #open(modal) {
    const { view } = modal;
    const parts = this.#frame();
    const host = { directory: this.host.directory, confirm: this.host.confirm, act: (action) => this.#act(action) };
    this.#shown = { ...parts, view, surface: new Surface(parts.body, host), errors: signatureOf({}) };
    this.#update(modal);
    this.host.layer.open(parts.dialog, () => this.#close());
    if (mayTakeFocus()) firstField(parts.body, parts.dialog).focus();
  }

  #update({ view, errors }) {
    const shown = this.#shown;
    shown.view = view;
    const { directory } = this.host;
    shown.title.replaceChildren(textNode(view.title, directory) ?? "");
    shown.cancel.replaceChildren(textNode(view.close, directory) ?? (view.submit ? "Cancel" : "Close"));
    shown.submit.replaceChildren(textNode(view.submit, directory) ?? "Submit");
    shown.submit.hidden = !view.submit && !(view.blocks ?? []).some((block) => block.type === "input");
    shown.surface.show(view.blocks ?? [], this.#set.get(view.id) ?? filledIn(view.state?.values));
    this.#showErrors(errors ?? {});
  }

  /** #showErrors marks errors that are news: what the person has mended since stays unmarked. */
  #showErrors(errors) {
    const shown = this.#shown;
    const signature = signatureOf(errors);
    if (signature === shown.errors) return;
    shown.errors = signature;
    const first = shown.surface.showErrors(errors);
    if (first && shown.dialog.contains(document.activeElement)) reach(first);
  }

  #frame() {
    const title = el("h2", { id: uniqueId("modal") });
    const body = el("div", { class: "dialog-body" });
    const alert = el("div", { class: "dialog-alert", role: "alert" });
    const cancel = el("button", { type: "button", class: "button", on: { click: () => this.#close() } });
    const submit = el("button", { type: "submit", class: "button button-primary" });
    const dismiss = el("button", { type: "button", class: "icon-button", "aria-label": "Close dialog", title: "Close", on: { click: () => this.#close() } }, icon("close"));
    const form = el("form", { novalidate: true, on: { submit: (event) => this.#submit(event), keydown: (event) => this.#key(event) } },
      el("div", { class: "dialog-head" }, title, dismiss), body, alert, el("div", { class: "dialog-foot" }, cancel, submit));
    const dialog = el("dialog", { class: "dialog modal", role: "dialog", "aria-labelledby": title.id, tabindex: "-1" }, form);
    return { dialog, form, title, body, alert, cancel, submit };
  }

  /** Enter in a field does not send the form, as in Slack; Ctrl or Cmd with Enter does. */
  #key(event) {
    if (event.key !== "Enter" || event.isComposing) return;
    const sending = event.ctrlKey || event.metaKey;
    if (!sending && !event.target.matches("input")) return;
    event.preventDefault();
    if (sending && !this.#shown.submit.hidden) this.#shown.form.requestSubmit();
  }

  async #submit(event) {
    event.preventDefault();
    const shown = this.#shown;
    if (shown.submit.disabled) return;
    this.#alert(null);
    const problems = shown.surface.problems();
    const first = shown.surface.showErrors(problems);
    if (first) return reach(first);

    this.#busy(shown, true);
    const answer = await api.submit(this.host.as, shown.view.id, shown.surface.values());
    this.#busy(shown, false);
    if (answer.ok || this.#shown !== shown) return;
    this.#refused(shown, answer);
  }

  #refused(shown, { errors, error }) {
    if (!errors) {
      this.#alert(error ?? "We had some trouble connecting. Try again?", () => shown.form.requestSubmit());
      return;
    }
    const first = shown.surface.showErrors(errors);
    shown.errors = signatureOf(errors);
    if (first) reach(first);
    else this.#alert(Object.values(errors).join(" "));
  }

  #busy(shown, busy) {
    shown.submit.disabled = busy;
    if (busy) shown.submit.setAttribute("aria-busy", "true");
    else shown.submit.removeAttribute("aria-busy");
    shown.dialog.classList.toggle("sending", busy);
    if (!busy && document.activeElement === document.body && shown.dialog.isConnected) shown.submit.focus({ preventScroll: true });
  }

  #alert(words, again = null) {
    const { alert } = this.#shown;
    if (!words) {
      alert.replaceChildren();
      return;
    }
    const retry = again && el("button", { type: "button", class: "button", on: { click: again } }, "Try again");
    alert.replaceChildren(icon("warning"), el("span", {}, words), retry ?? "");
  }

  async #act(action) {
    const shown = this.#shown;
    if (!shown) return;
    const answer = await api.click(this.host.as, { view_id: shown.view.id }, { ...action, values: shown.surface.values() });
    if (!answer.ok && this.#shown === shown) this.#alert(answer.error ?? "Something went wrong.");
  }

  async #close() {
    const shown = this.#shown;
    if (!shown || shown.closing) return;
    shown.closing = true;
    const answer = await api.close(this.host.as, shown.view.id);
    shown.closing = false;
    if (!answer.ok && this.#shown === shown) this.#alert(answer.error);
  }

  #remove() {
    if (!this.#shown) return;
    this.host.layer.close(this.#shown.dialog, this.host.calm);
    this.#shown = null;
  }
}

const signatureOf = (errors) => JSON.stringify(Object.entries(errors).sort());

/** A modal opens because its person asked for it; it takes the focus unless somebody is typing elsewhere by now. */
function mayTakeFocus() {
  const active = document.activeElement;
  return !active || active === document.body || !active.matches("input, textarea, select") || active.value === "";
}

function firstField(body, dialog) {
  return body.querySelector("input, textarea, select") ?? dialog;
}

function reach(field) {
  const target = field.matches(".choice-set") ? field.querySelector("input") : field;
  target.focus({ preventScroll: true });
  target.closest(".field")?.scrollIntoView({ block: "nearest" });
}
