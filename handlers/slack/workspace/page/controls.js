// The fields of Block Kit: everything that holds a value which a person sets.
//
// A control is {node, focus, read(), write(value)}: node is what is placed on
// the page, focus the element that takes the focus and the error marks, and
// read and write use Slack's own shape of a value in view.state.values, for
// example {type: "static_select", selected_option: {…} | null}.

import { instant, wall } from "./clock.js";
import { el, uniqueId } from "./dom.js";
import { withEmoji } from "./emoji.js";

/** isControl tells whether an element holds a value. */
export const isControl = (element) => Object.hasOwn(makers, element?.type ?? "");

/**
 * control builds the control of an element. directory lists people and channels;
 * required and name (an accessible name where there is no label) are optional.
 */
export function control(element, directory, { required = false, name = null } = {}) {
  const made = makers[element.type](element, directory, { required, name });
  made.write(initial(element));
  return made;
}

/** isBlank tells whether a read value holds nothing. */
export function isBlank(value) {
  return Object.entries(value).every(([key, held]) => key === "type" || held === null || held === "" || (Array.isArray(held) && held.length === 0));
}

/** asSelected returns the action fields of a value as a click carries them: all but its type. */
export function asSelected(value) {
  const { type, ...selected } = value;
  return selected;
}

function initial(element) {
  return {
    value: element.initial_value ?? null,
    selected_option: element.initial_option ?? null,
    selected_options: element.initial_options ?? [],
    selected_user: element.initial_user ?? null,
    selected_users: element.initial_users ?? [],
    selected_channel: element.initial_channel ?? null,
    selected_conversation: element.initial_conversation ?? null,
    selected_date: element.initial_date ?? null,
    selected_time: element.initial_time ?? null,
    selected_date_time: element.initial_date_time ?? null,
  };
}

const makers = {
  plain_text_input: (element, _, options) => textField(element, options, element.multiline ? el("textarea", { rows: 3 }) : el("input", { type: "text", autocomplete: "off" })),
  email_text_input: (element, _, options) => textField(element, options, el("input", { type: "email", inputmode: "email", autocomplete: "off" })),
  url_text_input: (element, _, options) => textField(element, options, el("input", { type: "url", inputmode: "url", autocomplete: "off" })),
  number_input: (element, _, options) => textField(element, options, numberInput(element)),
  static_select: (element, _, options) => optionSelect(element, "selected_option", groupsOf(element), options),
  users_select: (element, directory, options) => idSelect(element, "selected_user", directory.people(), options),
  channels_select: (element, directory, options) => idSelect(element, "selected_channel", directory.channels(), options),
  conversations_select: (element, directory, options) => idSelect(element, "selected_conversation", directory.channels(), options),
  multi_static_select: (element, _, options) => choices(element, "checkbox", groupsOf(element), options),
  multi_users_select: (element, directory, options) => idChoices(element, directory.people(), options),
  checkboxes: (element, _, options) => choices(element, "checkbox", [{ options: element.options }], options),
  radio_buttons: (element, _, options) => choices(element, "radio", [{ options: element.options }], options),
  datepicker: (element, _, options) => dateField(element, "date", "selected_date", options),
  timepicker: (element, _, options) => dateField(element, "time", "selected_time", options),
  datetimepicker: (element, _, options) => momentField(element, options),
};

const placeholderOf = (element) => withEmoji(element.placeholder?.text ?? "");

function label(node, { required, name }) {
  node.id = uniqueId("field");
  if (required) node.setAttribute("aria-required", "true");
  if (name) node.setAttribute("aria-label", name);
}

function textField(element, options, node) {
  label(node, options);
  node.classList.add("text-input");
  node.placeholder = placeholderOf(element);
  if (element.max_length) node.maxLength = element.max_length;
  return {
    node,
    focus: node,
    read: () => ({ type: element.type, value: node.value === "" ? null : node.value }),
    write: ({ value }) => {
      node.value = value ?? "";
    },
  };
}

/** A number is typed as text: a browser's number field would swallow what it cannot parse instead of showing the mistake. */
function numberInput(element) {
  return el("input", { type: "text", inputmode: element.is_decimal_allowed ? "decimal" : "numeric", autocomplete: "off" });
}

function groupsOf(element) {
  if (!element.option_groups) return [{ options: element.options ?? [] }];
  return element.option_groups.map((group) => ({ label: withEmoji(group.label?.text ?? ""), options: group.options ?? [] }));
}

/** select builds a <select> over entries of {text, value}, in groups; an empty first choice stands for none. */
function select(element, groups, options) {
  const none = el("option", { value: "" }, placeholderOf(element) || "Choose…");
  const entries = ({ entries: list }) => list.map((entry, index) => el("option", { value: entry.key ?? String(index) }, entry.text));
  const children = groups.map((group) => (group.label ? el("optgroup", { label: group.label }, entries(group)) : entries(group)));
  const node = el("select", { class: "select" }, none, children);
  label(node, options);
  return node;
}

function optionSelect(element, field, groups, options) {
  const all = groups.flatMap((group) => group.options);
  let next = 0;
  const entries = groups.map((group) => ({ label: group.label, entries: group.options.map((option) => ({ key: String(next++), text: withEmoji(option.text?.text ?? "") })) }));
  const node = select(element, entries, options);
  return {
    node: el("div", { class: "select-box" }, node),
    focus: node,
    read: () => ({ type: element.type, [field]: node.value === "" ? null : all[Number(node.value)] }),
    write: (value) => {
      const at = all.findIndex((option) => option.value === value[field]?.value);
      node.value = at < 0 ? "" : String(at);
    },
  };
}

function idSelect(element, field, listed, options) {
  const node = select(element, [{ entries: listed.map(({ id, name }) => ({ key: id, text: name })) }], options);
  return {
    node: el("div", { class: "select-box" }, node),
    focus: node,
    read: () => ({ type: element.type, [field]: node.value || null }),
    write: (value) => {
      node.value = value[field] ?? "";
    },
  };
}

/** ticks builds one box per entry of {text, description}, and returns the group with its boxes. */
function ticks(type, groups, options, compact) {
  const group = uniqueId("choice");
  const boxes = [];
  const box = (entry) => {
    const input = el("input", { type, name: group });
    boxes.push(input);
    const words = el("span", { class: "choice-words" }, el("span", {}, entry.text), entry.description && el("small", {}, entry.description));
    return el("label", { class: "choice" }, input, words);
  };
  const parts = groups.map((part) => [part.label && el("p", { class: "choice-group" }, part.label), el("div", { class: compact ? "choices choices-compact" : "choices" }, part.entries.map(box))]);
  const node = el("div", { class: "choice-set", role: type === "radio" ? "radiogroup" : "group", tabindex: "-1" }, parts);
  label(node, type === "radio" ? options : { ...options, required: false });
  return { node, boxes };
}

/** choices is one box per option: radio buttons, checkboxes, and the chips of a multiple select. */
function choices(element, type, groups, options) {
  const all = groups.flatMap((group) => group.options ?? []);
  const entries = groups.map((group) => ({ label: group.label, entries: (group.options ?? []).map(wordsOf) }));
  const { node, boxes } = ticks(type, entries, options, element.type === "multi_static_select");
  const picked = () => all.filter((_, index) => boxes[index].checked);
  limit(boxes, element.max_selected_items);
  return {
    node,
    focus: node,
    read: () => (type === "radio" ? { type: element.type, selected_option: picked()[0] ?? null } : { type: element.type, selected_options: picked() }),
    write: (value) => {
      const chosen = (type === "radio" ? [value.selected_option] : (value.selected_options ?? [])).map((option) => option?.value);
      for (const [index, option] of all.entries()) boxes[index].checked = chosen.includes(option.value);
    },
  };
}

const wordsOf = (option) => ({ text: withEmoji(option.text?.text ?? ""), description: withEmoji(option.description?.text ?? "") });

function idChoices(element, listed, options) {
  const { node, boxes } = ticks("checkbox", [{ entries: listed.map(({ name }) => ({ text: name })) }], options, true);
  limit(boxes, element.max_selected_items);
  return {
    node,
    focus: node,
    read: () => ({ type: element.type, selected_users: listed.filter((_, index) => boxes[index].checked).map(({ id }) => id) }),
    write: (value) => {
      for (const [index, { id }] of listed.entries()) boxes[index].checked = (value.selected_users ?? []).includes(id);
    },
  };
}

/** limit refuses the tick that would be one too many. */
function limit(boxes, most) {
  if (!most) return;
  for (const box of boxes) {
    box.addEventListener("change", () => {
      if (boxes.filter(({ checked }) => checked).length > most) box.checked = false;
    });
  }
}

function dateField(element, type, field, options) {
  const node = el("input", { type, class: "text-input date-input" });
  label(node, options);
  return {
    node,
    focus: node,
    read: () => ({ type: element.type, [field]: node.value || null }),
    write: (value) => {
      node.value = value[field] ?? "";
    },
  };
}

/** momentField is a date and time as the page shows them; its value is in seconds since 1970, as Slack's. */
function momentField(element, options) {
  const node = el("input", { type: "datetime-local", class: "text-input date-input" });
  label(node, options);
  const local = (seconds) => new Date(wall(seconds * 1000)).toISOString().slice(0, 16);
  return {
    node,
    focus: node,
    read: () => ({ type: element.type, selected_date_time: node.value ? Math.floor(instant(Date.parse(`${node.value}Z`)) / 1000) : null }),
    write: (value) => {
      node.value = value.selected_date_time ? local(value.selected_date_time) : "";
    },
  };
}
