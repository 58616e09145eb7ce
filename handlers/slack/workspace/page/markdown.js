// The markdown block: the basics of Markdown (headings, lists, quotes, code,
// emphasis, links), by translating its inline marks and reading line by line.

import { el } from "./dom.js";
import { link } from "./mrkdwn.js";

/** markdown renders text as nodes. */
export function markdown(text) {
  const nodes = [];
  for (const [index, piece] of text.split(/^```[^\n]*\n([\s\S]*?)^```\s*$/m).entries()) {
    if (index % 2 === 1) nodes.push(el("pre", {}, piece.replace(/\n$/, "")));
    else nodes.push(...prose(piece));
  }
  return nodes;
}

const lineKinds = [
  { pattern: /^#{1,6}\s+(.*)$/, wrap: (lines) => lines.map((line) => el("p", { class: "md-heading" }, inline(line))) },
  { pattern: /^\s*[-*+]\s+(.*)$/, wrap: (lines) => el("ul", { class: "rich-list" }, lines.map((line) => el("li", {}, inline(line)))) },
  { pattern: /^\s*\d+[.)]\s+(.*)$/, wrap: (lines) => el("ol", { class: "rich-list" }, lines.map((line) => el("li", {}, inline(line)))) },
  { pattern: /^>\s?(.*)$/, wrap: (lines) => el("blockquote", {}, withBreaks(lines)) },
  { pattern: /^(.*\S.*)$/, wrap: (lines) => el("p", {}, withBreaks(lines)) },
];

/** prose groups neighbouring lines of one kind. */
function prose(text) {
  const groups = [];
  for (const line of text.split("\n")) {
    const kind = lineKinds.find(({ pattern }) => pattern.test(line)) ?? null;
    const last = groups.at(-1);
    const content = kind ? kind.pattern.exec(line)[1] : "";
    if (last && last.kind === kind) last.lines.push(content);
    else groups.push({ kind, lines: [content] });
  }
  return groups.filter(({ kind }) => kind).flatMap(({ kind, lines }) => kind.wrap(lines));
}

const withBreaks = (lines) => lines.flatMap((line, index) => (index === 0 ? inline(line) : [el("br"), ...inline(line)]));

const mark = /`([^`]+)`|\[([^\]]+)\]\(([^)\s]+)\)|\*\*(\S(?:.*?\S)?)\*\*|\*(\S(?:.*?\S)?)\*|~~(\S(?:.*?\S)?)~~/g;

function inline(text) {
  const nodes = [];
  let at = 0;
  for (const match of text.matchAll(mark)) {
    if (match.index > at) nodes.push(document.createTextNode(text.slice(at, match.index)));
    nodes.push(marked(match));
    at = match.index + match[0].length;
  }
  if (at < text.length) nodes.push(document.createTextNode(text.slice(at)));
  return nodes;
}

function marked([, code, label, address, bold, italic, strike]) {
  if (code !== undefined) return el("code", {}, code);
  if (label !== undefined) return link(address, label);
  if (bold !== undefined) return el("strong", {}, inline(bold));
  if (italic !== undefined) return el("em", {}, inline(italic));
  return el("s", {}, inline(strike));
}
