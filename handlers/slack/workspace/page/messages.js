// The messages of one conversation: a list that follows the workspace. A message
// that is new is appended and announced; one that was edited changes in place,
// with a soft flash; replies stand under the message that they answer.

import { el, keyed, pressing, setText } from "./dom.js";
import { avatar } from "./avatar.js";
import { Surface } from "./blockkit.js";
import { midnight, write } from "./clock.js";
import { dateNode, daysFromToday } from "./dates.js";
import { icon } from "./icons.js";
import { menuButton } from "./menu.js";
import { mrkdwn } from "./mrkdwn.js";
import { showStatus } from "./status.js";

const together = 5 * 60_000;
const nearBottom = 80;

export class MessageList {
  #pinned = true;
  #top = 0;
  #folded = new Set();
  #views = new WeakMap();
  #items = [];

  /**
   * host gives {directory, confirm(words), act(ts, action), dismiss(ts),
   * entries(message)}: entries lists what a message's menu offers.
   */
  constructor(host) {
    this.host = host;
    this.list = el("div", { class: "message-list" });
    this.jump = el("button", { type: "button", class: "jump", hidden: true, on: { click: () => this.toBottom() } }, icon("arrowDown"), "New messages");
    this.intro = el("p", { class: "messages-intro" });
    this.scroller = el("div", { class: "messages", tabindex: "0", role: "group", "aria-label": "Messages", on: { scroll: () => this.#scrolled() } }, this.intro, this.list);
    this.node = el("div", { class: "messages-frame" }, this.scroller, this.jump);
    new ResizeObserver(() => this.#stick()).observe(this.list);
    new ResizeObserver(() => this.#stick()).observe(this.scroller);
  }

  /** show brings the list up to date. intro stands above the first message; newFrom is the ts before which the "New" line stands, or null. */
  show({ id, messages }, intro, newFrom) {
    const before = new Set(this.#items.map((item) => item.key));
    setText(this.intro, intro);
    this.#items = layOut(id, messages, newFrom, this.#folded);
    keyed(this.list, this.#items, {
      key: (item) => item.key,
      signature: (item) => JSON.stringify([item, item.message && this.host.directory.status(item.message.user)]),
      make: (item) => this.#make(item),
      patch: (node, item) => this.#patch(node, item),
    });
    const added = this.#items.some((item) => item.message && !before.has(item.key));
    if (added && !this.#pinned && before.size > 0) this.jump.hidden = false;
    this.#stick();
  }

  /** atBottom tells whether the newest message is in sight. */
  atBottom() {
    return this.#pinned;
  }

  toBottom() {
    this.#pinned = true;
    this.#stick();
  }

  /** reach brings the message with that ts into sight and gives it the focus. */
  reach(ts) {
    const node = [...this.list.querySelectorAll("[data-ts]")].find((candidate) => candidate.dataset.ts === ts);
    node?.scrollIntoView({ block: "nearest" });
    node?.focus({ preventScroll: true });
  }

  #scrolled() {
    const { scrollTop, scrollHeight, clientHeight } = this.scroller;
    if (clientHeight === 0) return;
    this.#top = scrollTop;
    this.#pinned = scrollHeight - scrollTop - clientHeight < nearBottom;
    if (this.#pinned) this.jump.hidden = true;
  }

  /** #stick stays at the newest message, or at the place where the person was: a list that left the page comes back at its top. */
  #stick() {
    if (!this.#pinned) {
      if (this.scroller.scrollTop === 0) this.scroller.scrollTop = this.#top;
      return;
    }
    this.scroller.scrollTop = this.scroller.scrollHeight;
    this.jump.hidden = true;
  }

  #make(item) {
    if (item.day) return el("div", { class: "day-line" }, el("span", {}, dateNode(item.day, "{day_divider_pretty}")));
    if (item.newLine) return el("div", { class: "new-line", role: "separator", "aria-label": "New messages" }, el("span", {}, "New"));
    const view = new MessageView(item, this.host, () => this.#fold(item.key));
    this.#views.set(view.node, view);
    return view.node;
  }

  #patch(node, item) {
    this.#views.get(node)?.show(item);
  }

  #fold(key) {
    if (!this.#folded.delete(key)) this.#folded.add(key);
    const at = this.#items.findIndex((item) => item.key === key);
    this.#items[at].folded = this.#folded.has(key);
    this.#patch(this.list.children[at], this.#items[at]);
  }
}

/**
 * layOut turns messages into what stands in the list: days, the "New" line,
 * messages with their replies. A ts is unique in its conversation only, so keys name both.
 */
function layOut(conversation, messages, newFrom, folded) {
  const roots = new Set(messages.filter((message) => !isReply(message)).map((message) => message.ts));
  const replies = Map.groupBy(messages.filter((message) => isReply(message) && roots.has(message.thread_ts)), (message) => message.thread_ts);
  const items = [];
  let previous = null;
  for (const message of messages) {
    if (isReply(message) && roots.has(message.thread_ts)) continue;
    const at = Date.parse(message.at);
    const day = midnight(at);
    const newDay = !previous || midnight(Date.parse(previous.at)) !== day;
    if (newDay) items.push({ key: `${conversation} day ${day}`, day: at, offset: daysFromToday(at) });
    if (message.ts === newFrom) items.push({ key: `${conversation} new`, newLine: true });
    const answers = replies.get(message.ts) ?? [];
    const key = `${conversation} ${message.ts}`;
    items.push({ key, message, replies: answers, folded: folded.has(key), follows: follows(previous, message) && !newDay && message.ts !== newFrom });
    previous = message;
  }
  return items;
}

const isReply = (message) => Boolean(message.thread_ts) && message.thread_ts !== message.ts;

/** follows tells whether a message continues the one before it, so that its author need not be named again. */
function follows(previous, message) {
  if (!previous || previous.user !== message.user || previous.ephemeral || message.ephemeral || message.command_echo) return false;
  return !message.blocks?.length && !previous.blocks?.length && Date.parse(message.at) - Date.parse(previous.at) < together;
}

/** MessageView is one message on the page. */
class MessageView {
  #shown = "";

  constructor(item, host, fold) {
    this.host = host;
    this.item = item;
    const { message } = item;
    this.author = el("span", { class: "author" });
    this.status = el("span", { class: "status", role: "img" });
    this.edited = el("span", { class: "edited" });
    this.echo = el("p", { class: "command-echo", hidden: true });
    this.body = el("div", { class: "message-body" });
    this.fold = el("button", { type: "button", class: "thread-fold", hidden: true, on: { click: fold } });
    this.replies = el("div", { class: "replies", hidden: true });
    this.surface = new Surface(this.body, { directory: host.directory, confirm: host.confirm, act: (action) => this.#act(action) });
    const head = el("div", { class: "message-head" }, this.author, this.status, this.#byApp() && el("span", { class: "app-badge" }, "App"), dateNode(Date.parse(message.at), "{time}"), this.edited);
    const main = el("div", { class: "message-main" }, message.ephemeral && this.#onlyYou(), head, this.echo, this.body, this.fold, this.replies);
    this.node = el("article", { class: "message", tabindex: "-1", data: { ts: message.ts, kind: message.ephemeral ? "ephemeral" : "message" } }, avatar(host.directory, message.user), main, this.#tools());
    this.show(item);
  }

  /** show brings the message up to date; a change of what it says, other than at first, flashes. */
  show(item) {
    this.item = item;
    const { message } = item;
    const { directory } = this.host;
    this.node.classList.toggle("message-follows", item.follows);
    setText(this.author, directory.person(message.user));
    showStatus(this.status, directory.status(message.user));
    setText(this.edited, message.edited ? "(edited)" : "");
    if (message.edited) this.edited.title = message.edited.at ? `Edited ${write(new Date(message.edited.at), { timeStyle: "medium" })}` : "Edited";
    setText(this.echo, message.command_echo ?? "");
    this.echo.hidden = !message.command_echo;
    this.#showBody(message);
    this.#showReplies(item);
  }

  #showBody(message) {
    const content = JSON.stringify([message.text, message.blocks]);
    if (content === this.#shown) return;
    if (this.#shown !== "") this.#flash();
    this.#shown = content;
    const blocks = message.blocks?.length ? message.blocks : plain(message);
    this.surface.show(blocks);
  }

  #flash() {
    this.node.classList.remove("flash");
    requestAnimationFrame(() => this.node.classList.add("flash"));
    this.node.addEventListener("animationend", (event) => {
      if (event.animationName === "flash") this.node.classList.remove("flash");
    });
  }

  #showReplies({ message, replies, folded }) {
    const count = Math.max(replies.length, message.reply_count ?? 0);
    this.fold.hidden = count === 0;
    this.fold.setAttribute("aria-expanded", String(!folded));
    this.fold.replaceChildren(icon("chevron"), `${count} ${count === 1 ? "reply" : "replies"}`);
    this.replies.hidden = folded || replies.length === 0;
    this.views ??= new WeakMap();
    keyed(this.replies, replies.map((reply) => ({ message: reply, replies: [], folded: false, follows: false })), {
      key: (item) => item.message.ts,
      signature: (item) => JSON.stringify(item),
      make: (item) => {
        const view = new MessageView(item, this.host, () => {});
        this.views.set(view.node, view);
        return view.node;
      },
      patch: (node, item) => this.views.get(node).show(item),
    });
  }

  #byApp() {
    const { bot_id: bot, user } = this.item.message;
    return Boolean(bot) || this.host.directory.isBot(user);
  }

  #onlyYou() {
    const { ts } = this.item.message;
    const dismiss = el("button", { type: "button", class: "link-button" }, "Dismiss");
    dismiss.addEventListener("click", () => pressing(dismiss, () => this.host.dismiss(ts)));
    return el("div", { class: "only-you" }, icon("eye"), "Only visible to you", dismiss);
  }

  #tools() {
    if (this.item.message.ephemeral || this.host.entries(this.item.message).length === 0) return null;
    const name = `More actions for this message`;
    return el("div", { class: "message-tools" }, menuButton({ name, entries: () => this.host.entries(this.item.message) }));
  }

  #act(action) {
    const values = this.surface.hasFields() ? { values: this.surface.values() } : {};
    return this.host.act(this.item.message.ts, { ...action, ...values });
  }
}

/** plain makes a message without blocks into one block, so that it is drawn like any other. */
function plain(message) {
  return message.text ? [{ type: "section", block_id: "plain-text", text: { type: "mrkdwn", text: message.text } }] : [];
}

/** excerpt returns the readable text of a notification, without its marks. */
export function excerpt(text, directory) {
  const holder = el("div");
  holder.append(mrkdwn(text, directory));
  for (const end of holder.querySelectorAll("br")) end.replaceWith("\n");
  return holder.textContent;
}
