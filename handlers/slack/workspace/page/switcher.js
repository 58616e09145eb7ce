// Who one is: a row of faces at the top of a pane. One tap becomes somebody
// else; a dot says that there is something unread for them.

import { el, keyed } from "./dom.js";
import { avatar } from "./avatar.js";
import { withEmoji } from "./emoji.js";
import { noStatus } from "./status.js";

export class Switcher {
  /** onChoose(id) is called when another person is picked. */
  constructor(directory, onChoose) {
    this.directory = directory;
    this.onChoose = onChoose;
    this.node = el("div", { class: "switcher", role: "group", "aria-label": "Who you are" });
  }

  /** show lists people; me is the present one, unread a Map of counts by id. */
  show(people, me, unread) {
    const items = people.map((person) => ({ id: person.id, name: person.real_name || person.name, title: person.title ?? "", status: person.status ?? noStatus, current: person.id === me, unread: unread.get(person.id) ?? 0 }));
    keyed(this.node, items, {
      key: (item) => item.id,
      signature: (item) => JSON.stringify(item),
      make: (item) => this.#make(item),
      patch: (node, item) => update(node, item),
    });
  }

  /** focus gives the focus to the present person's face. */
  focus() {
    const current = this.node.querySelector("[aria-pressed=true]");
    current?.focus({ preventScroll: true });
    current?.scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  #make(item) {
    const words = el("span", { class: "face-words" }, el("strong"), " ", el("small"), el("span", { class: "visually-hidden face-waiting" }));
    const face = el("button", { type: "button", class: "face", data: { switchTo: item.id }, on: { click: () => this.onChoose(item.id) } }, avatar(this.directory, item.id), words, el("span", { class: "face-dot", "aria-hidden": "true" }));
    update(face, item);
    return face;
  }
}

function update(face, { name, title, status, current, unread }) {
  face.querySelector("strong").textContent = [name, withEmoji(status.emoji)].filter(Boolean).join(" ");
  face.querySelector("small").textContent = status.text || title;
  face.setAttribute("aria-pressed", String(current));
  face.querySelector(".face-waiting").textContent = unread > 0 && !current ? ` ${unread} unread` : "";
  face.title = [name, title, status.text].filter(Boolean).join(" · ");
  face.classList.toggle("face-unread", unread > 0 && !current);
}
