// The small parts of the form: a labelled field with its problem, segments, switches.

import { arrowKeys, markChosen } from "./choice.js";
import { freshId, h, icon, setAttribute, setText } from "./dom.js";

/**
 * A labelled block: a label, a quiet remark on the right, the control, and a line for the field's problem.
 * @param {string} name  the field's name
 * @param {string} label
 * @param {HTMLElement} control
 * @param {{ labelFor?: HTMLElement, aside?: HTMLElement }} [more]
 */
export function field(name, label, control, { labelFor, aside } = {}) {
  const problem = h("p", { class: "ww-problem", id: freshId(), hidden: true });
  const target = labelFor ?? control;
  const isInput = /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName);
  if (isInput) target.id ||= freshId();
  const caption = isInput ? h("label", { for: target.id }, label) : h("span", { class: "ww-label" }, label);
  const head = h("div", { class: "ww-field-head" }, caption, aside ?? null);
  const node = h("div", { class: `ww-field ww-field-${name}`, "data-field": name }, head, control, problem);
  return {
    node,
    /** Show the problem of the field; the empty text hides it. */
    setProblem(/** @type {string} */ text) {
      setText(problem, text);
      problem.hidden = !text;
      node.classList.toggle("ww-faulty", Boolean(text));
      setAttribute(target, "aria-describedby", text ? problem.id : null);
      if (isInput) setAttribute(target, "aria-invalid", text ? "true" : null);
    },
  };
}

/**
 * A radio group whose buttons look like the segments of one bar.
 * @param {string} label
 * @param {(value: string) => void} choose
 */
export function segments(label, choose) {
  const node = h("div", { class: "ww-segments", role: "radiogroup", "aria-label": label });
  /** @type {HTMLButtonElement[]} */
  let buttons = [];
  let shown = "";
  arrowKeys(node, () => [buttons], (button) => choose(button.dataset.value ?? ""));
  return {
    node,
    /** @param {[value: string, text: string][]} options @param {string} value */
    update(options, value) {
      if (shown !== JSON.stringify(options)) {
        shown = JSON.stringify(options);
        buttons = options.map(([option, text]) => {
          const props = { role: "radio", "data-value": option, onclick: () => choose(option) };
          return h("button", props, text);
        });
        node.replaceChildren(...buttons);
      }
      markChosen(buttons, (button) => button.dataset.value === value, "aria-checked");
    },
  };
}

/**
 * A switch with its label.
 * @param {string} label
 * @param {(on: boolean) => void} choose
 * @param {string} [why]  a tooltip that says what it does
 */
export function toggle(label, choose, why = "") {
  const input = h("input", { type: "checkbox", role: "switch" });
  input.addEventListener("change", () => choose(input.checked));
  const node = h("label", { class: "ww-toggle", title: why }, input, h("span", {}, label));
  return {
    node,
    update(/** @type {boolean} */ on) {
      input.checked = on;
    },
  };
}

/** A select with our own arrow, which looks the same in every browser and theme. */
export function selectBox(/** @type {HTMLSelectElement} */ select) {
  return h("span", { class: "ww-select" }, select, icon("down"));
}
