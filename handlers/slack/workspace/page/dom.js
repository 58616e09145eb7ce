// Small tools over the DOM: building elements, keeping lists of them in step
// with data, and buttons that are busy while their request is in flight.
//
// Nothing here or anywhere else on the page assigns innerHTML: everything in a
// message is untrusted, so text only ever becomes text nodes and attributes.

/**
 * el builds an element. Attributes that are null, undefined or false are left
 * out, true becomes an empty attribute, `on` holds listeners, `data` the
 * dataset. Children are nodes, strings, or (nested) arrays; empty ones are skipped.
 */
export function el(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name === "on") listen(node, value);
    else if (name === "data") Object.assign(node.dataset, value);
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

function listen(node, listeners) {
  for (const [event, listener] of Object.entries(listeners)) node.addEventListener(event, listener);
}

let lastId = 0;

/** uniqueId returns an id that no other element of the page has. */
export function uniqueId(prefix) {
  lastId += 1;
  return `${prefix}-${lastId}`;
}

/** setText changes a node's text only when it differs, so that nothing is announced or repainted in vain. */
export function setText(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

const keptChildren = new WeakMap();

/**
 * keyed makes parent's children follow items, touching only what changed: an
 * item whose signature is the same keeps its node untouched, focus and all.
 *
 * key(item) is unique in the list; signature(item) is a string that changes with
 * the item; make(item) returns a new node; patch(node, item) brings an existing
 * node up to date in place. parent must have no children but those made here.
 */
export function keyed(parent, items, { key, signature, make, patch }) {
  const before = keptChildren.get(parent) ?? new Map();
  const after = new Map();
  for (const item of items) {
    const k = key(item);
    const sign = signature(item);
    const kept = before.get(k);
    if (!kept) after.set(k, { node: make(item), sign });
    else after.set(k, { node: kept.node, sign });
    if (kept && kept.sign !== sign) patch(kept.node, item);
  }
  for (const [k, { node }] of before) {
    if (!after.has(k)) node.remove();
  }
  place(parent, [...after.values()].map((child) => child.node));
  keptChildren.set(parent, after);
}

/** place puts nodes into parent in order, moving none that already stands right: a moved node loses its focus. */
export function place(parent, nodes) {
  let next = parent.firstChild;
  for (const node of nodes) {
    if (node === next) next = next.nextSibling;
    else parent.insertBefore(node, next);
  }
  while (next) {
    const gone = next;
    next = next.nextSibling;
    gone.remove();
  }
}

/**
 * pressing runs send once per press: while it is in flight the button is busy
 * and further presses are dropped; afterwards the next press counts again.
 */
export async function pressing(button, send) {
  if (button.getAttribute("aria-busy") === "true") return;
  button.setAttribute("aria-busy", "true");
  try {
    await send();
  } finally {
    button.removeAttribute("aria-busy");
  }
}

/** focusable lists what Tab can reach inside root, in order. */
export function focusable(root) {
  const selector = "a[href], button, input, select, textarea, summary, [tabindex]:not([tabindex='-1'])";
  return [...root.querySelectorAll(selector)].filter((node) => !node.disabled && !node.closest("[inert]") && node.getClientRects().length > 0);
}
