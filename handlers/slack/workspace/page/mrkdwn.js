// Slack's mrkdwn, as DOM nodes. The text is untrusted: it is read token by token
// and every character ends up in a text node or in an attribute that was checked.
// The three escapes (&amp; &lt; &gt;) are undone last, when no token can arise from them.

import { el } from "./dom.js";
import { dateNode } from "./dates.js";
import { emojiFor } from "./emoji.js";

/** decode undoes Slack's escaping of the three control characters. */
export function decode(text) {
  return text.replace(/&(lt|gt|amp);/g, (_, name) => ({ lt: "<", gt: ">", amp: "&" })[name]);
}

/** link returns an anchor to address, or just its label when the address is of a kind that a chat must not open. */
export function link(address, label) {
  const safe = URL.canParse(address) && ["http:", "https:", "mailto:", "tel:"].includes(new URL(address).protocol);
  if (!safe) return document.createTextNode(label);
  return el("a", { href: address, target: "_blank", rel: "noopener noreferrer" }, label);
}

/** mention returns the highlighted name of a person; the reader's own name stands out. */
export function mention(directory, id) {
  return el("span", { class: id === directory.me ? "mention mention-me" : "mention" }, `@${directory.person(id)}`);
}

/** broadcast returns a highlighted @here, @channel or @everyone. */
export function broadcast(range) {
  return el("span", { class: "mention mention-me" }, `@${range}`);
}

/**
 * mrkdwn renders text. directory names people and channels: {me, person(id), channel(id)}.
 * With verbatim, bare addresses are not made into links.
 */
export function mrkdwn(text, directory, { verbatim = false } = {}) {
  const out = document.createDocumentFragment();
  const reader = { directory, verbatim };
  for (const [index, part] of text.split(/```\n?([\s\S]+?)```\n?/).entries()) {
    if (index % 2 === 1) out.append(el("pre", {}, decode(part.replace(/\n$/, ""))));
    else if (part !== "") out.append(...paragraphs(part, reader));
  }
  return out;
}

/** paragraphs groups consecutive lines into quotes and plain text. */
function paragraphs(text, reader) {
  const groups = [];
  for (const line of text.split("\n")) {
    const quoted = /^(?:>|&gt;) ?/.exec(line);
    const last = groups.at(-1);
    const content = quoted ? line.slice(quoted[0].length) : line;
    if (last && last.quote === Boolean(quoted)) last.lines.push(content);
    else groups.push({ quote: Boolean(quoted), lines: [content] });
  }
  return groups.flatMap(({ quote, lines }) => {
    const nodes = lines.flatMap((line, index) => (index === 0 ? inline(line, reader) : [el("br"), ...inline(line, reader)]));
    return quote ? [el("blockquote", {}, nodes)] : nodes;
  });
}

const tokens = [
  { pattern: /`([^`\n]+)`/y, render: ([, code]) => el("code", {}, decode(code)) },
  { pattern: /<([^<>\n]+)>/y, render: ([, inside], reader) => angle(inside, reader) },
  { pattern: /:([a-z0-9_+-]+):(?::skin-tone-\d:)?/y, render: ([all, name]) => document.createTextNode(emojiFor(name) ?? all) },
  { pattern: /\*(?=\S)([^\n]*?[^\s*])\*(?![\p{L}\p{N}])/uy, atWordStart: true, render: ([, inside], reader) => el("strong", {}, inline(inside, reader)) },
  { pattern: /_(?=\S)([^\n]*?[^\s_])_(?![\p{L}\p{N}])/uy, atWordStart: true, render: ([, inside], reader) => el("em", {}, inline(inside, reader)) },
  { pattern: /~(?=\S)([^\n]*?[^\s~])~(?![\p{L}\p{N}])/uy, atWordStart: true, render: ([, inside], reader) => el("s", {}, inline(inside, reader)) },
  { pattern: /https?:\/\/[^\s<>|]*[^\s<>|.,;:!?)'"]/y, atWordStart: true, bare: true, render: ([address]) => link(decode(address), decode(address)) },
];

/** inline reads one line into nodes. */
function inline(text, reader) {
  const nodes = [];
  let plain = "";
  for (let at = 0; at < text.length; ) {
    const found = tokenAt(text, at, reader);
    if (!found) {
      plain += text[at];
      at += 1;
      continue;
    }
    if (plain !== "") nodes.push(document.createTextNode(decode(plain)));
    plain = "";
    nodes.push(found.token.render(found.match, reader));
    at += found.match[0].length;
  }
  if (plain !== "") nodes.push(document.createTextNode(decode(plain)));
  return nodes;
}

function tokenAt(text, at, reader) {
  if (!"`<:*_~h".includes(text[at])) return null;
  const afterWord = at > 0 && /[\p{L}\p{N}]/u.test(text[at - 1]);
  for (const token of tokens) {
    if ((token.atWordStart && afterWord) || (token.bare && reader.verbatim)) continue;
    token.pattern.lastIndex = at;
    const match = token.pattern.exec(text);
    if (match) return { token, match };
  }
  return null;
}

/** angle renders what stands between < and >: a mention, a date or a link. */
function angle(inside, { directory }) {
  const bar = inside.indexOf("|");
  const target = bar < 0 ? inside : inside.slice(0, bar);
  const label = bar < 0 ? "" : decode(inside.slice(bar + 1));
  if (/^@[UW]/.test(target)) return mention(directory, target.slice(1));
  if (/^#C/.test(target)) return el("span", { class: "mention" }, `#${label || directory.channel(target.slice(1))}`);
  if (/^!(here|channel|everyone)$/.test(target)) return broadcast(target.slice(1));
  if (target.startsWith("!subteam^")) return el("span", { class: "mention" }, label || "@group");
  if (target.startsWith("!date^")) return date(target, label);
  if (target.startsWith("!")) return document.createTextNode(label || `<${decode(inside)}>`);
  const address = decode(target);
  return link(address, label || address.replace(/^(mailto|tel):/, ""));
}

function date(target, fallback) {
  const [, seconds, template, address] = target.split("^");
  const ms = Number(seconds) * 1000;
  if (!Number.isFinite(ms) || Math.abs(ms) > 8.64e15 || !template) return document.createTextNode(fallback);
  const node = dateNode(ms, decode(template));
  if (!address) return node;
  const anchor = link(decode(address), "");
  if (!(anchor instanceof HTMLAnchorElement)) return node;
  anchor.append(node);
  return anchor;
}
