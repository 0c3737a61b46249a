// The head of a sweep: what it is, its buttons, what all clips share, and the figures of its plan.

import { h, onClick, setText } from "../shared/dom.js";

/** @typedef {import("../shared/types.js").SweepWhole} Whole */

const PAUSE = 700; // ms in which a second click is part of the first
const MAIN = new Set(["start", "rest", "go-on"]); // they order

/** @param {import("@anywidget/types").AnyModel<import("../shared/types.js").SweepTraits>} model @param {import("../shared/types.js").Say} say */
export function sweepHead(model, say) {
  const about = model.get("_head");
  const buttons = h("div", { class: "ww-sweep-buttons" });
  const chips = [about.title, ...about.services].map((text) => h("span", { class: "ww-sweep-chip" }, text));
  const prompt = h("p", { class: "ww-prompt", dir: "auto", title: about.prompt }, about.prompt);
  const facts = h("ul", { class: "ww-facts" }, ...about.facts.map((fact) => h("li", {}, fact)));
  const shared = h("div", { class: "ww-sweep-shared", hidden: !about.prompt && about.facts.length === 0 }, prompt, facts);
  const figures = h("ul", { class: "ww-sweep-figures" });
  const trouble = h("p", { class: "ww-sweep-trouble ww-message", role: "alert", hidden: true });
  const remark = h("p", { class: "ww-sweep-remark", role: "status", hidden: true });
  const title = h("div", { class: "ww-sweep-title" }, h("strong", {}, say("sweep")), ...chips);
  const head = h("header", {}, title, buttons);
  const node = h("div", { class: "ww-sweep-head" }, head, shared, figures, trouble, remark);
  let drawn = "";

  const press = (/** @type {HTMLElement} */ button, /** @type {string} */ kind) => {
    if (button.hasAttribute("aria-disabled")) return;
    button.setAttribute("aria-disabled", "true");
    setTimeout(() => button.removeAttribute("aria-disabled"), PAUSE);
    model.send({ kind, turn: model.get("_whole").turn });
  };
  const made = (/** @type {Whole["actions"][number]} */ action, /** @type {number} */ place) => {
    const isMain = place === 0 && MAIN.has(action.kind);
    const price = action.price ? h("small", {}, action.price) : null;
    const button = h("button", { "data-kind": action.kind, class: isMain ? "ww-main" : "" }, action.label, price && " ", price);
    onClick(button, () => press(button, action.kind));
    return button;
  };
  return {
    node,
    update(/** @type {Whole} */ whole) {
      const wanted = JSON.stringify([whole.actions, whole.figures]);
      if (wanted !== drawn) {
        const held = buttons.contains(document.activeElement);
        buttons.replaceChildren(...whole.actions.map(made));
        if (held) /** @type {HTMLElement} */ (buttons.firstElementChild ?? node.closest(".ww-sweep"))?.focus();
        figures.replaceChildren(...whole.figures.map((each) => figure(each, say)));
      }
      drawn = wanted;
      const said = [whole.trouble, whole.stopped].filter(Boolean).join(" ");
      setText(trouble, said);
      trouble.hidden = !said;
      setText(remark, whole.remark);
      remark.hidden = !whole.remark;
    },
  };
}

/** @param {Whole["figures"][number]} figure @param {import("../shared/types.js").Say} say */
function figure({ name, value, note, title, short }, say) {
  const detail = note ? h("span", {}, note) : null;
  const number = h("div", { class: short ? "ww-short" : "" }, h("strong", {}, value), detail);
  return h("li", { title }, h("span", {}, say(`sweep.${name}`)), number);
}
