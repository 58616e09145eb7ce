// The demo page: a chat workspace in which anybody can be anybody.
//
// One or two panes stand on the page, each the chat of one person. The
// workspace's State (see the /ui contract of the workspace package) arrives whole
// for each person; Watch hears it, a Pane follows it, and everything that a
// person does goes out through api.js. Who stands left and right is in the address.

import * as api from "./api.js";
import { showIn } from "./clock.js";
import { place, setText } from "./dom.js";
import { ClockBar } from "./clockbar.js";
import { Guide } from "./guide.js";
import { flame, icon } from "./icons.js";
import { excerpt } from "./messages.js";
import { Pane, unreadOf } from "./pane.js";
import { Watch } from "./watch.js";

const wide = matchMedia("(min-width: 1000px)");
const byId = (id) => document.getElementById(id);

class App {
  #states = new Map();
  #panes = new Map();
  #notified = new Map();
  #people = [];
  #sides = { left: "", right: "" };
  #two = true;
  #active = "left";

  constructor() {
    this.stage = byId("stage");
    this.watch = new Watch({ onState: (id, state) => this.#receive(id, state), onConnected: (id, yes) => this.#panes.get(id)?.connected(yes) });
  }

  /** start asks who there is, seats two of them, and goes live. It tries until the workspace answers. */
  async start() {
    const asked = new URLSearchParams(location.search);
    const state = await firstState([asked.get("left"), asked.get("right"), ""]);
    this.#meet(state);
    this.#two = asked.get("panes") !== "1";
    this.#seat(asked.get("left"), asked.get("right"));
    this.#frame();
    this.#receive(state.me || this.#sides.left, state);
    this.#arrange();
    byId("waiting").hidden = true;
  }

  /** #meet learns who there is, and what they say of themselves. */
  #meet(state) {
    this.#people = state.people.filter(({ bot, deleted }) => !bot && !deleted);
  }

  /** #seat takes the wanted people where they exist, and otherwise an agent on the left and a supervisor on the right. */
  #seat(left, right) {
    const known = (id) => this.#people.some((person) => person.id === id);
    const first = (pattern, other) => (this.#people.find(({ id, title }) => id !== other && pattern.test(title ?? "")) ?? this.#people.find(({ id }) => id !== other))?.id ?? "";
    this.#sides.left = known(left) ? left : first(/agent/i, right);
    this.#sides.right = known(right) && right !== this.#sides.left ? right : first(/supervisor/i, this.#sides.left);
  }

  #frame() {
    byId("mark").append(flame());
    byId("panes").addEventListener("click", () => {
      this.#two = !this.#two;
      this.#arrange();
    });
    byId("theme").append(icon("theme"));
    byId("guide-button").prepend(icon("flag"));
    byId("clock-toggle").prepend(icon("clock"));
    this.clock = new ClockBar({ time: byId("clock-time"), steps: byId("clock-steps"), toggle: byId("clock-toggle"), onFail: (text) => this.#pane(this.#active).notices.fail(text) });
    this.guide = new Guide({ node: byId("guide"), button: byId("guide-button"), directory: this.#pane("left").directory, onStep: (id) => this.#visit(id) });
    byId("clock-toggle").addEventListener("click", () => this.#foldClock());
    wide.addEventListener("change", () => this.#arrange());
    document.addEventListener("visibilitychange", () => this.#attend());
    this.stage.addEventListener("pointerdown", (event) => this.#activate(event.target));
    this.stage.addEventListener("focusin", (event) => this.#activate(event.target));
    document.addEventListener("keydown", (event) => this.#key(event));
  }

  // Who is where.

  #onScreen() {
    const both = this.#two && wide.matches && this.#sides.right !== "";
    return both ? ["left", "right"] : ["left"];
  }

  #pane(side) {
    const id = this.#sides[side];
    if (!this.#panes.has(id)) {
      const pane = new Pane(id, { people: this.#people, onSwitch: (to) => this.#switch(pane, to) });
      this.#panes.set(id, pane);
      if (this.#states.has(id)) pane.receive(this.#states.get(id));
    }
    return this.#panes.get(id);
  }

  /** #arrange puts the panes on the page, tells the address and the watch, and redraws the faces. */
  #arrange() {
    const sides = this.#onScreen();
    if (!sides.includes(this.#active)) this.#active = "left";
    place(this.stage, sides.map((side) => this.#pane(side).node));
    this.stage.classList.toggle("two", sides.length === 2);
    this.#nameLayout(sides.length === 2);
    this.#tellAddress();
    this.watch.show(sides.map((side) => this.#sides[side]), this.#people.map(({ id }) => id));
    this.#attend();
    this.#drawPeople();
  }

  #nameLayout(two) {
    const button = byId("panes");
    const words = two ? "Show one person" : "Show two people side by side";
    button.replaceChildren(icon(two ? "onePane" : "twoPanes"));
    button.setAttribute("aria-label", words);
    button.title = words;
  }

  #tellAddress() {
    const query = new URLSearchParams({ left: this.#sides.left, right: this.#sides.right });
    if (!this.#two) query.set("panes", "1");
    history.replaceState(null, "", `?${query}`);
  }

  /** #switch seats another person in the place of pane's; one who sits in the other place changes places. */
  #switch(pane, to) {
    const side = this.#sides.right === pane.id && this.#onScreen().length === 2 ? "right" : "left";
    const other = side === "left" ? "right" : "left";
    if (this.#sides[other] === to) this.#sides[other] = this.#sides[side];
    this.#sides[side] = to;
    this.#active = side;
    this.#arrange();
    this.#pane(side).switcher.focus();
  }

  /** #visit goes to a person: to the pane where they sit, or to the place where people of their kind sit. */
  #visit(id) {
    const seated = this.#onScreen().find((side) => this.#sides[side] === id);
    const isAgent = /agent/i.test(this.#people.find((person) => person.id === id)?.title ?? "");
    const side = seated ?? (isAgent || this.#onScreen().length === 1 ? "left" : "right");
    if (!seated) this.#switch(this.#pane(side), id);
    this.#active = side;
    this.#attend();
    const pane = this.#pane(side);
    pane.node.classList.remove("called");
    requestAnimationFrame(() => pane.node.classList.add("called"));
    if (matchMedia("(pointer: fine)").matches && !pane.state?.modal) pane.composer.focus();
  }

  #activate(target) {
    const side = this.#onScreen().find((candidate) => this.#pane(candidate).node.contains(target));
    if (!side || side === this.#active) return;
    this.#active = side;
    this.#attend();
  }

  #attend() {
    for (const side of this.#onScreen()) {
      const here = side === this.#active && !document.hidden;
      this.#pane(side).node.classList.toggle("active", here);
      this.#pane(side).attend(here);
    }
  }

  /** F6 goes to the other pane, as between the panes of a desktop program. */
  #key(event) {
    if (event.key !== "F6" || this.#onScreen().length < 2) return;
    event.preventDefault();
    this.#active = this.#active === "left" ? "right" : "left";
    this.#attend();
    const pane = this.#pane(this.#active);
    const dialog = pane.node.querySelector("[role=dialog]");
    if (dialog) dialog.querySelector("input, textarea, select, button")?.focus();
    else pane.composer.focus();
  }

  #foldClock() {
    const bar = byId("clock");
    const open = bar.classList.toggle("clock-open");
    byId("clock-toggle").setAttribute("aria-expanded", String(open));
  }

  // What is heard.

  #receive(id, state) {
    showIn(state.zone);
    this.#states.set(id, state);
    this.#meet(state);
    this.#panes.get(id)?.receive(state);
    const seated = this.#onScreen().find((side) => this.#sides[side] === id);
    if (seated) this.#followWorkspace(state);
    this.#notify(id, state, Boolean(seated));
    this.#drawPeople();
  }

  #followWorkspace(state) {
    setText(byId("workspace"), state.workspace ?? "");
    this.clock.follow(state);
    this.guide.show(state.guide ?? null);
  }

  /** #notify shows what is new since the last State of that person; what was there at first is not news. */
  #notify(id, { notifications = [] }, seated) {
    const newest = Math.max(0, ...notifications.map((notification) => notification.id));
    const seen = this.#notified.get(id);
    this.#notified.set(id, newest);
    if (seen === undefined) return;
    const news = notifications.filter((notification) => notification.id > seen).sort((a, b) => a.id - b.id);
    for (const notification of news) {
      if (seated) this.#panes.get(id).notified(notification);
      else if (this.#onScreen().length === 1) this.#notifyElsewhere(id, notification);
    }
  }

  /** With one pane on screen, what reaches somebody else shows there too, and a tap becomes that person. */
  #notifyElsewhere(id, notification) {
    const pane = this.#pane("left");
    const open = () => {
      this.#switch(pane, id);
      this.#panes.get(id).reach(notification.conversation, notification.ts);
    };
    pane.notices.notify({ directory: pane.directory, from: notification.from, lead: `For ${pane.directory.person(id)}`, text: excerpt(notification.text ?? "", pane.directory), open });
  }

  #drawPeople() {
    const unread = new Map(this.#people.map(({ id }) => [id, unreadOf(this.#states.get(id))]));
    for (const side of this.#onScreen()) this.#pane(side).showPeople(this.#people, unread);
    const waiting = this.#onScreen().reduce((sum, side) => sum + (unread.get(this.#sides[side]) ?? 0), 0);
    const workspace = this.#states.get(this.#sides.left)?.workspace;
    const title = [workspace, "Firebreak demo"].filter(Boolean).join(" · ");
    setText(document.querySelector("title"), waiting > 0 ? `(${waiting}) ${title}` : title);
  }
}

/** firstState returns the State of the first of these people whom the workspace knows, however long that takes. */
async function firstState(candidates) {
  for (;;) {
    for (const id of candidates.filter((candidate) => candidate !== null)) {
      const state = await api.state(id);
      if (state) return state;
    }
    byId("waiting").hidden = false;
    await new Promise((resolve) => setTimeout(resolve, 1_000));
  }
}

new App().start();
