// The clock in the top bar: the workspace's time, and buttons that move it on.

import * as api from "./api.js";
import * as clock from "./clock.js";
import { el, pressing, setText } from "./dom.js";
import { refresh } from "./dates.js";

const steps = [
  { text: "+15 s", ms: 15_000 },
  { text: "+1 min", ms: 60_000 },
  { text: "+10 min", ms: 600_000 },
  { text: "+1 h", ms: 3_600_000 },
];

/** ClockBar fills a place in the top bar; onFail(text) hears what could not be done. */
export class ClockBar {
  constructor({ time, steps: place, toggle, onFail }) {
    this.time = time;
    this.day = el("span", { class: "clock-day" });
    this.hour = el("span");
    time.append(this.day, " ", this.hour);
    this.toggle = toggle;
    this.onFail = onFail;
    place.append(...steps.map((step) => this.#button(step)));
    setInterval(() => this.#tick(), 1_000);
  }

  /** follow takes the clock of a State. */
  follow({ clock: reading, can_move_clock: movable }) {
    clock.sync(reading);
    document.documentElement.classList.toggle("clock-fixed", !movable);
    this.toggle.disabled = !movable;
    this.#tick();
  }

  #button({ text, ms }) {
    const button = el("button", { type: "button", class: "clock-step" }, text);
    button.addEventListener("click", () => pressing(button, () => this.#forward(ms)));
    return button;
  }

  async #forward(ms) {
    const answer = await api.forward(ms);
    if (!answer.ok) return this.onFail(answer.error ?? "The clock could not be moved.");
    clock.sync(answer.clock);
    this.#tick();
  }

  #tick() {
    const at = new Date(clock.now());
    setText(this.day, new Intl.DateTimeFormat(undefined, { weekday: "short" }).format(at));
    setText(this.hour, new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit", second: "2-digit" }).format(at));
    this.time.dateTime = at.toISOString();
    refresh();
  }
}
