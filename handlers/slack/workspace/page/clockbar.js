// The clock in the top bar: the workspace's time, and buttons that move it on.
// They go by what the clock shows: a day on it is the same hour, tomorrow.

import * as api from "./api.js";
import * as clock from "./clock.js";
import { el, pressing, setText } from "./dom.js";
import { refresh } from "./dates.js";

const day = 86_400_000;

const steps = [
  { text: "+15 s", ms: () => 15_000 },
  { text: "+1 min", ms: () => 60_000 },
  { text: "+10 min", ms: () => 600_000 },
  { text: "+1 h", ms: () => 3_600_000 },
  { text: "+1 day", ms: () => until(clock.wall(clock.now()) + day) },
  { text: "Mon 09:00", name: "On to Monday, 09:00", ms: () => until(nextMonday() + 9 * 3_600_000) },
];

/** until returns how long it is until the clock shows a time, given as clock.wall does. */
const until = (shown) => clock.instant(shown) - clock.now();

/** nextMonday returns the beginning of the next Monday whose nine o'clock is still ahead. */
function nextMonday() {
  const today = clock.midnight(clock.now());
  const days = (8 - new Date(today).getUTCDay()) % 7;
  return days === 0 && until(today + 9 * 3_600_000) <= 0 ? today + 7 * day : today + days * day;
}

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

  #button({ text, name, ms }) {
    const button = el("button", { type: "button", class: "clock-step", ...(name && { title: name, "aria-label": name }) }, text);
    button.addEventListener("click", () => pressing(button, () => this.#forward(Math.ceil(ms()))));
    return button;
  }

  async #forward(ms) {
    const answer = await api.forward(ms);
    if (!answer.ok) return this.onFail(answer.error ?? "The clock could not be moved.");
    clock.sync(answer.clock);
    this.#tick();
  }

  #tick() {
    const at = clock.now();
    setText(this.day, clock.write(at, { weekday: "short" }));
    setText(this.hour, clock.write(at, { hour: "2-digit", minute: "2-digit", second: "2-digit" }));
    this.time.dateTime = new Date(at).toISOString();
    refresh();
  }
}
