// What people say of themselves beside their names: an emoji, and words on top of it.

import { write } from "./clock.js";
import { setText } from "./dom.js";
import { withEmoji } from "./emoji.js";

/** noStatus is that of people who say nothing. */
export const noStatus = { text: "", emoji: "" };

/** showStatus shows a status in a node, and hides the node when there is none. */
export function showStatus(node, { text, emoji, until }) {
  const words = [text || emoji, until && `until ${write(new Date(until), { timeStyle: "short" })}`].filter(Boolean).join(" · ");
  node.hidden = !words;
  node.title = words;
  setText(node, words ? withEmoji(emoji) : "");
  if (words) node.setAttribute("aria-label", `Status: ${words}`);
  else node.removeAttribute("aria-label");
}
