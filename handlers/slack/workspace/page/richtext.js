// Rich text blocks: text that says what it is, so nothing in it is parsed.

import { el } from "./dom.js";
import { dateNode } from "./dates.js";
import { emojiFor } from "./emoji.js";
import { broadcast, link, mention } from "./mrkdwn.js";

/** richText renders the elements of a rich_text block. */
export function richText(elements, directory) {
  return elements.map((element) => part(element, directory));
}

function part(element, directory) {
  const inside = () => (element.elements ?? []).map((child) => leaf(child, directory));
  switch (element.type) {
    case "rich_text_section":
      return el("div", { class: "rich-section" }, inside());
    case "rich_text_quote":
      return el("blockquote", {}, inside());
    case "rich_text_preformatted":
      return el("pre", {}, inside());
    case "rich_text_list":
      return list(element, directory);
    default:
      return leaf(element, directory);
  }
}

function list(element, directory) {
  const indent = Math.min(Number(element.indent) || 0, 6);
  const attributes = { class: `rich-list indent-${indent}`, start: element.offset ? element.offset + 1 : null };
  const items = (element.elements ?? []).map((item) => el("li", {}, part(item, directory)));
  return el(element.style === "ordered" ? "ol" : "ul", attributes, items);
}

function leaf(element, directory) {
  return styled(bare(element, directory), element.style ?? {});
}

function bare(element, directory) {
  switch (element.type) {
    case "text":
      return document.createTextNode(element.text ?? "");
    case "link":
      return link(element.url ?? "", element.text || element.url || "");
    case "user":
      return mention(directory, element.user_id);
    case "usergroup":
      return el("span", { class: "mention" }, "@group");
    case "channel":
      return el("span", { class: "mention" }, `#${directory.channel(element.channel_id)}`);
    case "broadcast":
      return broadcast(element.range);
    case "emoji":
      return document.createTextNode(emojiFor(element.name) ?? fromCodepoints(element.unicode) ?? `:${element.name}:`);
    case "date":
      return dateNode(Number(element.timestamp) * 1000, element.format ?? "{date} {time}");
    default:
      return document.createTextNode(element.text ?? "");
  }
}

function fromCodepoints(unicode) {
  if (!/^[0-9a-f]{1,6}(-[0-9a-f]{1,6})*$/i.test(unicode ?? "")) return undefined;
  const points = unicode.split("-").map((hex) => Number.parseInt(hex, 16));
  return points.every((point) => point <= 0x10ffff) ? String.fromCodePoint(...points) : undefined;
}

function styled(node, style) {
  const wrappers = { code: "code", strike: "s", italic: "em", bold: "strong", underline: "u" };
  return Object.entries(wrappers).reduce((inner, [name, tag]) => (style[name] ? el(tag, {}, inner) : inner), node);
}
