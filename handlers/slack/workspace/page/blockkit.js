// Block Kit on the page. A Surface shows the blocks of one message, modal or
// Home tab and keeps them in step with the app: a block whose JSON is unchanged
// keeps its node, and a replaced one keeps what the person had set in it.

import { el, keyed, pressing, setText, uniqueId } from "./dom.js";
import { asSelected, control, isBlank, isControl } from "./controls.js";
import { withEmoji } from "./emoji.js";
import { icon } from "./icons.js";
import { link, mrkdwn } from "./mrkdwn.js";
import { markdown } from "./markdown.js";
import { menuButton } from "./menu.js";
import { richText } from "./richtext.js";

const required = "Please complete this required field.";

/** textNode renders a text object: mrkdwn, or plain text shown as it is. */
export function textNode(text, directory) {
  if (!text) return null;
  if (text.type === "mrkdwn") return mrkdwn(text.text ?? "", directory, { verbatim: text.verbatim });
  return document.createTextNode(text.emoji === false ? (text.text ?? "") : withEmoji(text.text ?? ""));
}

export class Surface {
  #fields = new Map();
  #saved = {};
  #drawn = new WeakMap();

  /**
   * container is filled with the blocks. host answers for the place they stand in:
   * directory (people and channels), act(action) which sends {block_id, action_id,
   * value | selected} and resolves when it has been answered, and confirm(dialog)
   * which asks the person and resolves to a boolean.
   */
  constructor(container, host) {
    this.container = container;
    this.host = host;
  }

  /** show brings the blocks up to date. saved holds values that new fields start from, in the shape of view.state.values. */
  show(blocks, saved = {}) {
    this.#saved = saved;
    const focused = this.#focused();
    const items = identified(blocks);
    keyed(this.container, items, {
      key: ({ id }) => id,
      signature: ({ sign }) => sign,
      make: ({ block }) => this.#block(block),
      patch: (node, { block }) => this.#replace(node, block),
    });
    for (const [index, { block }] of items.entries()) this.#rename(this.container.children[index], block);
    this.#forget(items.map(({ block }) => block.block_id ?? ""));
    this.#refocus(focused);
  }

  /** values returns what is set in the fields, in the shape of view.state.values. */
  values() {
    const values = {};
    for (const field of this.#fields.values()) {
      values[field.blockId] ??= {};
      values[field.blockId][field.actionId] = field.control.read();
    }
    return values;
  }

  hasFields() {
    return this.#fields.size > 0;
  }

  /** problems returns what the person must mend before the form can be sent, by block id. */
  problems() {
    const problems = {};
    for (const field of this.#fields.values()) {
      if (!field.label) continue;
      const value = field.control.read();
      if (isBlank(value) && !field.optional) problems[field.blockId] = required;
      else if (tooShort(field.element, value)) problems[field.blockId] = `Please enter at least ${field.element.min_length} characters.`;
    }
    return problems;
  }

  /** showErrors marks the fields with errors by block id, clears the others, and returns the first one marked. */
  showErrors(errors) {
    const labelled = [...this.#fields.values()].filter((field) => field.label);
    for (const field of labelled) field.setError(errors[field.blockId] ?? "");
    return labelled.find((field) => errors[field.blockId])?.control.focus ?? null;
  }

  // Replacing: a block's new node stands inside the old one's wrapper, so that the list keeps its order.

  #block(block) {
    const wrapper = el("div", { class: `block block-${block.type}`, data: { blockId: block.block_id ?? "" } });
    this.#fill(wrapper, block);
    return wrapper;
  }

  #fill(wrapper, block) {
    const drawn = { ...block };
    this.#drawn.set(wrapper, drawn);
    wrapper.replaceChildren(...this.#content(drawn));
  }

  /** #rename lets what stands there already act under the id that its block has now. */
  #rename(wrapper, block) {
    this.#drawn.get(wrapper).block_id = block.block_id;
    wrapper.dataset.blockId = block.block_id ?? "";
  }

  #replace(wrapper, block) {
    const kept = new Map([...this.#fields].filter(([, field]) => wrapper.contains(field.control.node)).map(([key, field]) => [key, field.control.read()]));
    for (const key of kept.keys()) this.#fields.delete(key);
    wrapper.className = `block block-${block.type}`;
    this.#fill(wrapper, block);
    for (const [key, value] of kept) this.#restore(key, value);
  }

  #restore(key, value) {
    const field = this.#fields.get(key);
    if (field && field.element.type === value.type) field.control.write(value);
  }

  #forget(blockIds) {
    for (const [key, field] of this.#fields) {
      if (!blockIds.includes(field.blockId)) this.#fields.delete(key);
    }
  }

  #focused() {
    const active = document.activeElement;
    if (!active || !this.container.contains(active)) return null;
    const action = active.closest("[data-action-id]")?.dataset.actionId;
    return { node: active, action, block: active.closest(".block")?.dataset.blockId, at: active.selectionStart ?? null };
  }

  /** #refocus gives the focus back when the focused node was replaced by its successor. */
  #refocus(focused) {
    if (!focused || this.container.contains(focused.node) || focused.action === undefined) return;
    const wrapper = [...this.container.children].find((node) => node.dataset.blockId === focused.block);
    const holder = [...(wrapper ?? this.container).querySelectorAll("[data-action-id]")].find((node) => node.dataset.actionId === focused.action);
    const target = holder?.matches("button, input, select, textarea, a") ? holder : holder?.querySelector("button, input, select, textarea");
    target?.focus({ preventScroll: true });
    if (focused.at !== null && target?.setSelectionRange && target.type !== "checkbox") target.setSelectionRange(focused.at, focused.at);
  }

  // Drawing, block by block.

  #content(block) {
    const draw = {
      section: () => this.#section(block),
      header: () => [el("h3", {}, textNode(block.text, this.host.directory))],
      divider: () => [el("hr")],
      context: () => [el("div", { class: "context" }, (block.elements ?? []).map((element) => this.#contextElement(element)))],
      actions: () => [el("div", { class: "actions" }, (block.elements ?? []).map((element) => this.#element(block, element)))],
      input: () => this.#input(block),
      image: () => [imageNote(block)],
      rich_text: () => richText(block.elements ?? [], this.host.directory),
      markdown: () => markdown(block.text ?? ""),
    }[block.type];
    return draw ? draw() : [unsupported(block.type)];
  }

  #section(block) {
    const text = block.text && el("div", { class: "section-text" }, textNode(block.text, this.host.directory));
    const fields = block.fields && el("div", { class: "section-fields" }, block.fields.map((field) => el("div", {}, textNode(field, this.host.directory))));
    const words = el("div", { class: "section-words" }, text, fields);
    if (!block.accessory) return [words];
    return [el("div", { class: "section-row" }, words, el("div", { class: "section-accessory" }, this.#element(block, block.accessory)))];
  }

  #contextElement(element) {
    if (element.type === "image") return el("span", { class: "context-image", role: "img", "aria-label": element.alt_text ?? "" }, element.alt_text ?? "");
    return el("span", {}, textNode(element, this.host.directory));
  }

  /** #element draws what stands in an actions block or beside a section. */
  #element(block, element) {
    if (element.type === "button") return this.#button(block, element);
    if (element.type === "overflow") return this.#overflow(block, element);
    if (element.type === "image") return imageNote(element);
    if (!isControl(element)) return unsupported(element.type);
    const name = element.placeholder?.text ?? block.text?.text ?? element.action_id;
    const made = control(element, this.host.directory, { name });
    const holder = el("div", { class: "inline-field", data: { actionId: element.action_id ?? "" } }, made.node);
    this.#keep(block, element, made, { label: null, optional: true, setError: () => {} });
    this.#dispatchOnChange(block, element, made);
    return holder;
  }

  #button(block, element) {
    const send = () => this.#act(block, element, { value: element.value ?? "" });
    const attributes = {
      type: "button",
      class: `button ${{ primary: "button-primary", danger: "button-danger" }[element.style] ?? ""}`,
      "aria-label": element.accessibility_label ?? null,
      data: { actionId: element.action_id ?? "" },
    };
    const node = el("button", attributes, textNode(element.text, this.host.directory));
    node.addEventListener("click", () => {
      if (element.url) openAddress(element.url);
      pressing(node, send);
    });
    return node;
  }

  #overflow(block, element) {
    const entries = (element.options ?? []).map((option) => ({
      text: withEmoji(option.text?.text ?? ""),
      detail: withEmoji(option.description?.text ?? ""),
      run: () => {
        if (option.url) openAddress(option.url);
        return this.#act(block, element, { selected: { selected_option: option } });
      },
    }));
    const node = menuButton({ name: "More actions", entries: () => entries });
    node.dataset.actionId = element.action_id ?? "";
    return node;
  }

  #input(block) {
    const element = block.element ?? {};
    if (!isControl(element)) return [unsupported(element.type ?? "input")];
    const made = control(element, this.host.directory, { required: !block.optional });
    const field = inputField(block, made, this.host.directory);
    field.node.dataset.actionId = element.action_id ?? "";
    this.#keep(block, element, made, field);
    if (block.dispatch_action) this.#dispatchInput(block, element, made);
    return [field.node];
  }

  #keep(block, element, made, { label, optional, setError }) {
    const blockId = block.block_id ?? "";
    const actionId = element.action_id ?? "";
    const saved = this.#saved[blockId]?.[actionId];
    if (saved?.type === element.type) made.write(saved);
    this.#fields.set(JSON.stringify([blockId, actionId]), { blockId, actionId, element, control: made, label, optional, setError });
  }

  // Acting.

  async #act(block, element, payload) {
    if (element.confirm && !(await this.host.confirm(element.confirm))) return false;
    await this.host.act({ block_id: block.block_id ?? "", action_id: element.action_id ?? "", ...payload });
    return true;
  }

  /** #dispatchOnChange sends every choice; one that was not confirmed is taken back. */
  #dispatchOnChange(block, element, made) {
    let before = made.read();
    made.node.addEventListener("change", async () => {
      const chosen = made.read();
      const sent = await this.#act(block, element, payloadOf(chosen));
      if (sent) before = chosen;
      else made.write(before);
    });
  }

  #dispatchInput(block, element, made) {
    if (!("value" in made.read())) return this.#dispatchOnChange(block, element, made);
    const on = element.dispatch_action_config?.trigger_actions_on ?? ["on_enter_pressed"];
    const send = () => this.#act(block, element, payloadOf(made.read()));
    if (on.includes("on_character_entered")) made.node.addEventListener("input", settled(send));
    if (on.includes("on_enter_pressed")) {
      made.node.addEventListener("keydown", (event) => {
        if (event.key !== "Enter" || event.isComposing || event.shiftKey || event.ctrlKey || event.metaKey) return;
        event.preventDefault();
        send();
      });
    }
  }
}

/**
 * identified gives each block what it is recognized by after an edit, and what
 * tells that it changed. Fields go by their block_id. Everything else goes by its
 * place: a block without an id of its own gets another one with every edit, and a
 * button must not be replaced under the finger that presses it.
 */
function identified(blocks) {
  const seen = new Map();
  return blocks.map((block) => {
    if (holdsFields(block)) return { block, id: block.block_id ?? "", sign: JSON.stringify(block) };
    const place = seen.get(block.type) ?? 0;
    seen.set(block.type, place + 1);
    return { block, id: `${block.type} ${place}`, sign: JSON.stringify({ ...block, block_id: "" }) };
  });
}

const holdsFields = ({ type, element, accessory, elements = [] }) => type === "input" || [element, accessory, ...elements].some(isControl);

/** filledIn returns those of a view.state.values that hold something; where nothing was set yet, a field starts from its initial value. */
export function filledIn(values = {}) {
  const filled = {};
  for (const [block, actions] of Object.entries(values ?? {})) {
    filled[block] = Object.fromEntries(Object.entries(actions).filter(([, value]) => !isBlank(value)));
  }
  return filled;
}

/** settled waits until typing has paused for a moment. */
function settled(run) {
  let timer = 0;
  return () => {
    clearTimeout(timer);
    timer = setTimeout(run, 250);
  };
}

const payloadOf = (value) => ("value" in value ? { value: value.value ?? "" } : { selected: asSelected(value) });

const tooShort = (element, { value }) => Boolean(value && element.min_length && [...value].length < element.min_length);

/** inputField frames a control with its label, hint and the place for its error. */
function inputField(block, made, directory) {
  const optional = Boolean(block.optional);
  const words = block.label?.text ?? "";
  const error = el("p", { class: "field-error", id: uniqueId("error"), hidden: true });
  const hint = block.hint && el("p", { class: "field-hint", id: uniqueId("hint") }, textNode(block.hint, directory));
  const grouped = made.focus.matches(".choice-set");
  const text = el("span", { class: "field-name", id: uniqueId("label") }, withEmoji(words));
  const mark = optional && el("span", { class: "field-optional" }, " (optional)");
  const label = el(grouped ? "div" : "label", { class: "field-label", for: grouped ? null : made.focus.id }, text, mark);
  if (grouped) made.focus.setAttribute("aria-labelledby", text.id);

  const node = el("div", { class: "field", data: { label: words } }, label, made.node, error, hint);
  const setError = (problem) => {
    setText(error, problem);
    error.hidden = problem === "";
    node.classList.toggle("field-wrong", problem !== "");
    describe(made.focus, problem !== "", [problem && error.id, hint?.id]);
  };
  made.node.addEventListener("input", () => setError(""));
  describe(made.focus, false, [hint?.id]);
  return { node, label, optional, setError };
}

function describe(node, invalid, ids) {
  const described = ids.filter(Boolean).join(" ");
  if (described) node.setAttribute("aria-describedby", described);
  else node.removeAttribute("aria-describedby");
  if (invalid) node.setAttribute("aria-invalid", "true");
  else node.removeAttribute("aria-invalid");
}

function imageNote(image) {
  return el("span", { class: "image-note", role: "img", "aria-label": image.alt_text ?? "Image" }, icon("eye"), image.title?.text || image.alt_text || "Image");
}

function unsupported(type) {
  return el("span", { class: "unsupported" }, `Unsupported block: ${type}`);
}

function openAddress(address) {
  const anchor = link(address, "");
  if (anchor instanceof HTMLAnchorElement) anchor.click();
}
