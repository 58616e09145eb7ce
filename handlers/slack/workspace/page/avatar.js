// Faces: a person's initials on a colour of their own; the app has its flame.

import { el } from "./dom.js";
import { flame } from "./icons.js";

const hues = 8;

/** hue returns which of the palette's colours is a person's: always the same one. */
export function hue(id) {
  let sum = 0;
  for (const character of id) sum = (sum * 31 + character.codePointAt(0)) % 9973;
  return sum % hues;
}

/** avatar returns a person's face. It is decoration, and its letters are not text: the name always stands beside it. */
export function avatar(directory, id) {
  const app = directory.isBot(id);
  if (app) return el("span", { class: "avatar avatar-app", "aria-hidden": "true" }, flame());
  return el("span", { class: `avatar hue-${hue(id ?? "")}`, "aria-hidden": "true", data: { initials: initials(directory.person(id)) } });
}

function initials(name) {
  const words = name.split(/\s+/).filter(Boolean);
  return [words[0], words.length > 1 ? words.at(-1) : ""].map((word) => [...(word ?? "")][0] ?? "").join("").toUpperCase();
}
