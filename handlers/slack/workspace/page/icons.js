// The page's few line icons, drawn as SVG nodes so that the page needs no other file and no inline markup.

const namespace = "http://www.w3.org/2000/svg";

const shapes = {
  arrowDown: "M12 5v14M6 13l6 6 6-6",
  bell: "M6 16V11a6 6 0 0 1 12 0v5l1.5 2h-15zM10 20.5a2.2 2.2 0 0 0 4 0",
  bolt: "M13 3 5 13.5h6L10 21l8.5-11H12z",
  check: "M5 12.5 10 17.5 19.5 7",
  chevron: "M6 9.5l6 6 6-6",
  clock: "M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17zM12 7.5V12l3 2",
  close: "M6 6l12 12M18 6 6 18",
  eye: "M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.5 12 18.5 2.5 12 2.5 12zM12 9.2a2.8 2.8 0 1 0 0 5.6 2.8 2.8 0 0 0 0-5.6z",
  flag: "M6 21V4.5c4-2 8 2 12 0v9c-4 2-8-2-12 0",
  hash: "M9.5 4 7.5 20M16.5 4l-2 16M4.5 9h16M3.5 15h16",
  more: "M5.5 12h.01M12 12h.01M18.5 12h.01",
  onePane: "M4 5h16v14H4z",
  reply: "M10 6 4 12l6 6M4.5 12H13c4 0 7 2 7 6.5",
  send: "M4.5 12 20 4.5 15 20l-3.5-6.5zM11.5 13.5 20 4.5",
  theme: "M12 3.5a8.5 8.5 0 1 0 0 17zM12 3.5a8.5 8.5 0 0 1 0 17",
  twoPanes: "M4 5h16v14H4zM12 5v14",
  warning: "M12 4 2.8 19.5h18.4zM12 10v4.5M12 17.2h.01",
};

/** icon returns a decorative drawing of that name, hidden from assistive technology. */
export function icon(name) {
  const svg = document.createElementNS(namespace, "svg");
  for (const [key, value] of Object.entries({ viewBox: "0 0 24 24", class: `icon icon-${name}`, "aria-hidden": "true", focusable: "false" })) {
    svg.setAttribute(key, value);
  }
  const path = document.createElementNS(namespace, "path");
  path.setAttribute("d", shapes[name]);
  svg.append(path);
  return svg;
}

/** flame returns Firebreak's mark: a flame held by a line. */
export function flame() {
  const svg = icon("bolt");
  svg.setAttribute("class", "flame");
  svg.firstChild.setAttribute("d", "M12.4 2.5c.6 3.2 4.9 5 4.9 9.6a5.3 5.3 0 0 1-10.6 0c0-1.9.9-3.3 2-4.4.2 1.3.7 2.1 1.5 2.5-.2-3 .4-5.6 2.2-7.7zM4 20h16v2H4z");
  return svg;
}
