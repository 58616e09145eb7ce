// Watching people: the ones on screen through a live stream each, the others by
// asking now and then, which is enough for an unread dot.
//
// A browser opens about six connections to one address, and every stream holds
// one for good. So there are never more streams than panes, and a tab in the
// background gives its streams up and asks like for everybody else.

import * as api from "./api.js";

const askEvery = 4_000;
const askSoon = 400;
const retryAfter = [300, 1_000, 2_000, 3_000];

/** Stream is the live connection of one person. It reconnects until it is closed. */
class Stream {
  #source = null;
  #timer = 0;
  #failures = 0;

  constructor(id, onState, onConnected) {
    this.id = id;
    this.onState = onState;
    this.onConnected = onConnected;
    this.#connect();
  }

  close() {
    clearTimeout(this.#timer);
    this.#source?.close();
  }

  #connect() {
    this.#source = new EventSource(api.streamAddress(this.id));
    this.#source.addEventListener("state", (event) => this.#receive(event));
    this.#source.addEventListener("error", () => this.#retry());
  }

  #receive(event) {
    const state = JSON.parse(event.data);
    this.#failures = 0;
    this.onConnected(true);
    this.onState(state);
  }

  #retry() {
    this.#source.close();
    this.onConnected(false);
    const wait = retryAfter[Math.min(this.#failures, retryAfter.length - 1)];
    this.#failures += 1;
    this.#timer = setTimeout(() => this.#connect(), wait);
  }
}

/**
 * Watch tells the states of all people: onState(id, state) after every change
 * heard of, onConnected(id, yes) when a stream comes or goes.
 */
export class Watch {
  #streams = new Map();
  #onScreen = [];
  #everybody = [];
  #asking = false;
  #soon = 0;

  constructor({ onState, onConnected }) {
    this.onState = onState;
    this.onConnected = onConnected;
    setInterval(() => this.#ask(), askEvery);
    document.addEventListener("visibilitychange", () => this.#restream());
  }

  /** show says whose panes are on screen, and who else there is. */
  show(onScreen, everybody) {
    this.#onScreen = onScreen;
    this.#everybody = everybody;
    this.#restream();
    this.#askSoon();
  }

  #restream() {
    const wanted = document.hidden ? [] : this.#onScreen;
    for (const [id, stream] of this.#streams) {
      if (wanted.includes(id)) continue;
      stream.close();
      this.#streams.delete(id);
    }
    for (const id of wanted) {
      if (!this.#streams.has(id)) this.#streams.set(id, this.#open(id));
    }
  }

  #open(id) {
    const heard = (state) => {
      this.onState(id, state);
      this.#askSoon();
    };
    return new Stream(id, heard, (yes) => this.onConnected(id, yes));
  }

  /** A change for one person is often a change for others: ask about them a moment later. */
  #askSoon() {
    clearTimeout(this.#soon);
    this.#soon = setTimeout(() => this.#ask(), askSoon);
  }

  async #ask() {
    if (this.#asking) return;
    this.#asking = true;
    for (const id of this.#everybody.filter((person) => !this.#streams.has(person))) {
      const state = await api.state(id);
      if (state && !this.#streams.has(id)) this.onState(id, state);
    }
    this.#asking = false;
  }
}
