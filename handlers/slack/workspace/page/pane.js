// A pane is one person's chat: who they are, their conversations, the open one,
// the app's Home, and over these their modal. It is independent of the other
// pane and outlives being off screen, so drafts and positions are kept.

import * as api from "./api.js";
import { el, keyed, setText, uniqueId } from "./dom.js";
import { avatar, hue } from "./avatar.js";
import { filledIn, Surface } from "./blockkit.js";
import { Composer } from "./composer.js";
import { confirm, Layer } from "./dialog.js";
import { icon } from "./icons.js";
import { excerpt, MessageList } from "./messages.js";
import { Modal } from "./modal.js";
import { Notices } from "./notices.js";
import { noStatus } from "./status.js";
import { Switcher } from "./switcher.js";

const readAfter = 400;
const lineStays = 6_000;
const hintAfter = 700;

export class Pane {
  state = null;
  #open = "";
  #tab = "messages";
  #lines = new Map();
  #latest = new Map();
  #seen = new Set();
  #attended = false;
  #reading = 0;
  #offline = 0;

  /** id is the person's; people is who there is until a State says; onSwitch(id) is called when somebody else is chosen. */
  constructor(id, { people, onSwitch }) {
    this.id = id;
    this.directory = directoryOf(() => this.state, people);
    this.switcher = new Switcher(this.directory, onSwitch);
    this.notices = new Notices();
    this.#build();
    this.modal = new Modal({ as: id, layer: this.layer, directory: this.directory, confirm: this.confirm, calm: () => this.composer.focus() });
  }

  confirm = (words) => confirm(this.layer, words, this.directory);

  // What the pane is made of.

  #build() {
    const { id, directory } = this;
    const act = (where) => (action) => this.#tell(api.click(id, where(), action));
    this.messages = new MessageList({
      directory,
      confirm: this.confirm,
      act: (ts, action) => act(() => ({ conversation: this.#open, ts }))(action),
      dismiss: (ts) => this.#tell(api.dismiss(id, this.#open, ts)),
      entries: (message) => this.#entries(message),
    });
    this.composer = new Composer({ commands: () => this.state?.app.commands ?? [], send: (text, thread) => this.#send(text, thread) });
    this.homeBlocks = el("div", { class: "home-blocks" });
    this.home = new Surface(this.homeBlocks, {
      directory,
      confirm: this.confirm,
      act: (action) => act(() => ({ view_id: this.state.home.id }))({ ...action, values: this.home.values() }),
    });
    this.nav = el("nav", { class: "conversations" });
    this.offline = el("div", { class: "offline", role: "status" });
    this.content = el("div", { class: "conversation" }, this.#head(), this.#panels());
    this.behind = el("div", { class: "pane-body" }, this.nav, this.content);
    this.layer = new Layer(this.behind);
    const stage = el("div", { class: "pane-stage" }, this.behind, this.layer.node, this.notices.node);
    this.node = el("section", { class: `pane pane-hue-${hue(id)}`, data: { person: id } }, this.switcher.node, this.offline, stage, this.notices.spoken);
  }

  #head() {
    this.title = el("h2", { class: "conversation-title" });
    this.homeTab = this.#tabButton("home", "Home");
    this.messagesTab = this.#tabButton("messages", "Messages");
    this.tabs = el("div", { class: "tabs", role: "tablist", "aria-label": "App", on: { keydown: (event) => this.#tabKey(event) } }, this.homeTab, this.messagesTab);
    return el("header", { class: "conversation-head" }, this.title, this.tabs);
  }

  #tabButton(name, text) {
    return el("button", { type: "button", class: "tab", role: "tab", id: uniqueId("tab"), on: { click: () => this.#showTab(name) } }, text);
  }

  #panels() {
    this.messagesPanel = el("div", { class: "panel", id: uniqueId("panel") }, this.messages.node, this.composer.node);
    this.homePanel = el("div", { class: "panel home", id: uniqueId("panel"), role: "tabpanel", tabindex: "0", "aria-labelledby": this.homeTab.id, hidden: true }, this.homeBlocks);
    this.homeTab.setAttribute("aria-controls", this.homePanel.id);
    this.messagesTab.setAttribute("aria-controls", this.messagesPanel.id);
    return [this.messagesPanel, this.homePanel];
  }

  // Following the workspace.

  /** receive takes a State and brings the whole pane up to date. */
  receive(state) {
    this.state = state;
    const me = state.people.find(({ id }) => id === this.id);
    const name = me?.real_name ?? me?.name ?? this.id;
    this.node.setAttribute("aria-label", name);
    this.nav.setAttribute("aria-label", `Conversations of ${name}`);
    if (!this.#conversation()) this.#open = (state.conversations.find(({ kind }) => kind === "im") ?? state.conversations[0])?.id ?? "";
    this.#announce();
    this.#draw();
    this.modal.show(state.modal);
  }

  /** showPeople redraws the row of faces; unread holds each person's count. */
  showPeople(people, unread) {
    this.switcher.show(people, this.id, unread);
  }

  /** attend says whether the person is at this pane now: what they look at counts as read. */
  attend(yes) {
    this.#attended = yes;
    this.#markRead();
  }

  /** connected shows or takes away the hint that the live connection is gone. */
  connected(yes) {
    clearTimeout(this.#offline);
    if (yes) setText(this.offline, "");
    else this.#offline = setTimeout(() => setText(this.offline, "Reconnecting…"), hintAfter);
  }

  /** notified shows a notification, unless the person is looking at what it is about. */
  notified(notification) {
    const looking = this.#attended && this.#looksAt(notification.conversation) && this.messages.atBottom();
    if (looking) return;
    this.notices.notify({
      directory: this.directory,
      from: notification.from,
      lead: this.#channelLead(notification.conversation),
      text: excerpt(notification.text ?? "", this.directory),
      about: notification.conversation,
      open: () => this.reach(notification.conversation, notification.ts),
    });
  }

  /** reach opens a conversation at one of its messages. */
  reach(conversation, ts) {
    this.#showConversation(conversation);
    requestAnimationFrame(() => this.messages.reach(ts));
  }

  /** unread counts what waits for this person in their direct messages. */
  unread() {
    return unreadOf(this.state);
  }

  #channelLead(id) {
    const conversation = this.state.conversations.find((candidate) => candidate.id === id);
    return conversation?.kind === "channel" ? `#${conversation.name}` : "";
  }

  #conversation() {
    return this.state?.conversations.find(({ id }) => id === this.#open);
  }

  #looksAt(conversation) {
    return conversation === this.#open && this.#tab === "messages" && this.node.isConnected && !document.hidden;
  }

  /** #announce has the newest message of the open conversation spoken when it is news. */
  #announce() {
    const newest = this.#conversation()?.messages.at(-1);
    if (!newest) return;
    const before = this.#latest.get(this.#open);
    this.#latest.set(this.#open, newest.ts);
    if (before === undefined || Number(newest.ts) <= Number(before) || newest.user === this.id) return;
    this.notices.say(`${this.directory.person(newest.user)}: ${excerpt(newest.text ?? "", this.directory)}`);
  }

  // Drawing.

  #draw() {
    const conversation = this.#conversation();
    this.#drawNav();
    if (!conversation) return;
    this.#drawHead(conversation);
    this.#drawLine(conversation);
    this.messages.show(conversation, this.#intro(conversation), this.#lines.get(conversation.id) ?? null);
    this.composer.at(conversation.id, `Message ${nameOf(conversation)}`);
    this.home.show(this.state.home?.blocks ?? emptyHome, filledIn(this.state.home?.state?.values));
    this.#markRead();
  }

  #drawNav() {
    const mine = this.state.conversations.filter((conversation) => conversation.member !== false || conversation.kind === "im");
    const listed = [...mine.filter(({ kind }) => kind === "im"), ...mine.filter(({ kind }) => kind !== "im")];
    keyed(this.nav, listed.map(({ id, kind, name, unread, with: other }) => ({ id, kind, name, unread, other, current: id === this.#open })), {
      key: (item) => item.id,
      signature: (item) => JSON.stringify(item),
      make: (item) => {
        const face = item.kind === "im" ? avatar(this.directory, item.other) : icon("hash");
        const button = el("button", { type: "button", class: `conversation-link conversation-${item.kind}`, data: { goto: item.id }, on: { click: () => this.#showConversation(item.id) } }, face, el("span", { class: "conversation-name" }, item.name), " ", el("span", { class: "unread-count" }), el("span", { class: "visually-hidden" }));
        drawLink(button, item);
        return button;
      },
      patch: drawLink,
    });
  }

  #drawHead(conversation) {
    this.content.dataset.conversation = conversation.id;
    setText(this.title, nameOf(conversation));
    const withApp = conversation.kind === "im" && conversation.with === this.state.app.bot;
    this.tabs.hidden = !withApp;
    const atHome = withApp && this.#tab === "home";
    for (const [tab, selected] of [[this.homeTab, atHome], [this.messagesTab, !atHome]]) {
      tab.setAttribute("aria-selected", String(selected));
      tab.tabIndex = selected ? 0 : -1;
    }
    this.homePanel.hidden = !atHome;
    this.messagesPanel.hidden = atHome;
  }

  #intro({ kind, name, with: other }) {
    if (kind === "channel") return `The beginning of #${name}.`;
    if (other !== this.state.app.bot) return `Your conversation with ${name}. Only the two of you see it.`;
    return `Your conversation with ${name}. Nobody else sees it. Type / for what it can do.`;
  }

  /** #drawLine places the "New" line before the first message that arrived while the person was elsewhere. */
  #drawLine({ id, unread, messages }) {
    const watched = this.#seen.has(id) && this.#attended && this.#looksAt(id) && this.messages.atBottom();
    this.#seen.add(id);
    if (!unread || watched || this.#lines.has(id)) return;
    const fromOthers = messages.filter((message) => message.user !== this.id && !message.ephemeral && (!message.thread_ts || message.thread_ts === message.ts));
    const first = fromOthers.slice(-unread)[0];
    if (first) this.#lines.set(id, first.ts);
  }

  // Moving around.

  #showConversation(id) {
    this.#lines.delete(this.#open === id ? "" : this.#open);
    this.#tab = "messages";
    this.#open = id;
    this.messages.toBottom();
    this.#draw();
  }

  async #showTab(name) {
    this.#tab = name;
    this.#draw();
    if (name === "home") await this.#tell(api.home(this.id));
    else this.messages.toBottom();
  }

  #tabKey(event) {
    if (event.key !== "ArrowLeft" && event.key !== "ArrowRight") return;
    const other = event.target === this.homeTab ? this.messagesTab : this.homeTab;
    other.click();
    other.focus();
  }

  /** #markRead tells the workspace that what is in sight was read, once the person has been at it for a moment. */
  #markRead() {
    const conversation = this.#conversation();
    const due = this.#attended && conversation?.unread > 0 && this.#looksAt(conversation.id);
    if (!due || this.#reading) return;
    const { id } = conversation;
    this.notices.clear(id);
    this.#reading = setTimeout(async () => {
      await api.read(this.id, id);
      this.#reading = 0;
      setTimeout(() => this.#dropLine(id), lineStays);
    }, readAfter);
  }

  #dropLine(id) {
    const conversation = this.state.conversations.find((candidate) => candidate.id === id);
    if (conversation?.unread > 0) return;
    this.#lines.delete(id);
    this.#draw();
  }

  // Acting.

  async #send(text, thread) {
    this.messages.toBottom();
    if (text.startsWith("/")) return api.command(this.id, this.#open, text);
    return api.message(this.id, this.#open, text, thread);
  }

  /** #tell waits for an answer and shows what failed. */
  async #tell(answer) {
    const { ok, error } = await answer;
    if (!ok) this.notices.fail(error ?? "Something went wrong.");
  }

  #entries(message) {
    const shortcuts = message.shortcut_ok ? this.state.app.message_shortcuts : [];
    const run = (callback) => () => this.#tell(api.shortcut(this.id, this.#open, message.ts, callback));
    const reply = { text: "Reply in thread", run: () => this.composer.replyTo({ ts: message.thread_ts ?? message.ts, name: this.directory.person(message.user) }) };
    return [...shortcuts.map(({ callback_id, name }) => ({ text: name, detail: this.state.app.name, run: run(callback_id) })), reply];
  }
}

const emptyHome = [{ type: "context", block_id: "empty-home", elements: [{ type: "plain_text", text: "Nothing here yet." }] }];

const nameOf = ({ kind, name }) => (kind === "channel" ? `#${name}` : name);

function drawLink(button, { unread, current }) {
  button.setAttribute("aria-current", String(current));
  button.classList.toggle("conversation-unread", unread > 0);
  setText(button.querySelector(".unread-count"), unread > 0 ? String(unread) : "");
  setText(button.querySelector(".visually-hidden"), unread > 0 ? " unread" : "");
}

/** unreadOf counts the unread messages of a State's direct messages. */
export function unreadOf(state) {
  const direct = state?.conversations.filter(({ kind }) => kind === "im") ?? [];
  return direct.reduce((sum, { unread }) => sum + (unread ?? 0), 0);
}

/** directoryOf answers who and what an id is, from the present State; until there is one it knows these people. */
function directoryOf(state, people) {
  const find = (id) => (state()?.people ?? people).find((person) => person.id === id);
  const app = () => state()?.app;
  const nameFor = (person) => person.real_name || person.name;
  return {
    get me() {
      return state()?.me;
    },
    isBot: (id) => id === app()?.bot || Boolean(find(id)?.bot),
    person: (id) => (id === app()?.bot ? app().name : find(id) ? nameFor(find(id)) : (id ?? "Unknown")),
    status: (id) => find(id)?.status ?? noStatus,
    people: () => (state()?.people ?? []).filter(({ bot, deleted }) => !bot && !deleted).map((person) => ({ id: person.id, name: nameFor(person) })),
    channel: (id) => state()?.conversations.find((conversation) => conversation.id === id)?.name ?? id,
    channels: () => (state()?.conversations ?? []).filter(({ kind }) => kind === "channel").map(({ id, name }) => ({ id, name: `#${name}` })),
  };
}
