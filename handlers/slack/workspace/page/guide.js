// The guide: what to try, in parts of a few steps: who does each, and which are
// done. A step takes one to the person who does it. Its lead says what this is,
// until something is done. It shows the part that is under way unless another is
// chosen. It can be folded to its next step or put
// away, and stays so for this tab.

import { el, keyed, setText } from "./dom.js";
import { avatar } from "./avatar.js";
import { icon } from "./icons.js";
import { mrkdwn } from "./mrkdwn.js";

const remembered = "firebreak-guide";
const roomy = matchMedia("(min-width: 1000px) and (min-height: 1000px)");

export class Guide {
  #guide = null;
  #chosen = null; // the number of the part that somebody wants to see
  #shape = sessionStorage.getItem(remembered) ?? "";

  /** node is filled; button brings the guide back; onStep(personId) is called when a step is chosen. */
  constructor({ node, button, directory, onStep }) {
    Object.assign(this, { node, button, directory, onStep });
    this.parts = el("div", { class: "guide-parts", role: "group", "aria-label": "Parts of the guide" });
    this.next = el("div", { class: "guide-next" });
    this.steps = el("ol", { class: "guide-steps", id: "guide-steps" });
    this.fold = el("button", { type: "button", class: "icon-button guide-fold", "aria-controls": "guide-steps", on: { click: () => this.#remember(this.#folded() ? "open" : "folded") } }, icon("chevron"));
    const close = el("button", { type: "button", class: "icon-button", "aria-label": "Put the guide away", title: "Put the guide away", on: { click: () => this.#remember("away") } }, icon("close"));
    this.lead = el("p", { class: "guide-lead" });
    node.append(this.lead, el("div", { class: "guide-head" }, icon("flag"), this.parts, this.next, this.fold, close), this.steps);
    button.addEventListener("click", () => this.#remember(this.#shape === "away" ? "open" : "away"));
    roomy.addEventListener("change", () => this.#draw());
  }

  /** show follows a State's guide, or null. */
  show(guide) {
    const signature = JSON.stringify(guide);
    if (signature === JSON.stringify(this.#guide)) return;
    this.#guide = guide;
    this.#draw();
  }

  #remember(shape) {
    this.#shape = shape;
    sessionStorage.setItem(remembered, shape);
    this.#draw();
    if (shape === "away") this.button.focus();
  }

  /** Until somebody says otherwise the steps are open where there is room for them. */
  #folded() {
    return this.#shape === "" ? !roomy.matches : this.#shape === "folded";
  }

  #draw() {
    const parts = this.#guide?.parts ?? [];
    const away = this.#shape === "away";
    this.button.hidden = parts.length === 0;
    this.button.setAttribute("aria-pressed", String(!away));
    this.node.hidden = parts.length === 0 || away;
    if (this.node.hidden) return;
    const shown = this.#shown(parts);
    const { steps } = parts[shown];
    const present = steps.find((step) => !step.done);
    this.node.classList.toggle("guide-done", !present);
    this.#drawLead(parts);
    this.#drawParts(parts, shown);
    this.#drawFold();
    this.#drawNext(present, shown === parts.length - 1);
    this.#drawSteps(steps, present);
  }

  /** #shown is the part that was chosen, until it is done; else the first one that is not done. */
  #shown(parts) {
    const under = parts.findIndex(({ steps }) => steps.some((step) => !step.done));
    const way = under < 0 ? parts.length - 1 : under;
    if (this.#chosen?.under !== under) this.#chosen = null;
    return this.#chosen?.part ?? way;
  }

  /** #drawLead says what this is to whoever has just come. */
  #drawLead(parts) {
    this.lead.hidden = !this.#guide.lead || parts.some(({ steps }) => steps.some((step) => step.done));
    setText(this.lead, this.#guide.lead ?? "");
  }

  #drawParts(parts, shown) {
    keyed(this.parts, parts.map((part, index) => ({ part, index, shown: index === shown })), {
      key: ({ index }) => index,
      signature: JSON.stringify,
      make: (item) => this.#fillPart(el("button", { type: "button", class: "guide-part", on: { click: () => this.#choose(item.index) } }), item),
      patch: (node, item) => this.#fillPart(node, item),
    });
  }

  #fillPart(node, { part: { title, steps }, shown }) {
    const done = steps.filter((step) => step.done).length;
    node.setAttribute("aria-pressed", String(shown));
    node.classList.toggle("part-done", done === steps.length);
    node.replaceChildren(el("span", { class: "guide-title" }, title), " ", el("span", { class: "guide-count" }, `${done} of ${steps.length}`));
    return node;
  }

  #choose(part) {
    this.#chosen = { part, under: this.#guide.parts.findIndex(({ steps }) => steps.some((step) => !step.done)) };
    if (this.#folded()) this.#remember("open");
    else this.#draw();
  }

  /** #drawNext stands in for the steps while they are folded, and says when all are done. */
  #drawNext(present, last) {
    const done = el("span", { class: "guide-all-done" }, last ? "All done. The desk is yours." : "All done.");
    if (!present) this.next.replaceChildren(done);
    else if (this.#folded()) this.next.replaceChildren(this.#button(present));
    else this.next.replaceChildren();
  }

  #drawFold() {
    const folded = this.#folded();
    this.node.classList.toggle("guide-folded", folded);
    this.steps.hidden = folded;
    this.fold.setAttribute("aria-expanded", String(!folded));
    this.fold.setAttribute("aria-label", folded ? "Show all steps" : "Show only the next step");
  }

  #drawSteps(steps, present) {
    keyed(this.steps, steps.map((step, index) => ({ step, index, present: step === present })), {
      key: ({ index }) => index,
      signature: (item) => JSON.stringify([item, this.directory.person(item.step.as)]),
      make: (item) => fill(el("li"), item, this.#button(item.step)),
      patch: (node, item) => fill(node, item, this.#button(item.step)),
    });
  }

  #button(step) {
    const tick = step.done ? el("span", { class: "guide-tick" }, icon("check")) : avatar(this.directory, step.as);
    const who = el("span", { class: "guide-who" }, this.directory.person(step.as));
    const done = step.done && el("span", { class: "visually-hidden" }, " (done)");
    return el("button", { type: "button", class: "guide-step", on: { click: () => this.onStep(step.as) } }, tick, el("span", { class: "guide-words" }, who, el("span", {}, mrkdwn(step.text, this.directory)), done));
  }
}

function fill(node, { step, present }, button) {
  node.className = [step.done && "step-done", present && "step-present"].filter(Boolean).join(" ");
  if (present) node.setAttribute("aria-current", "step");
  else node.removeAttribute("aria-current");
  node.replaceChildren(button);
  return node;
}
