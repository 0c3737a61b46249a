// The Studio: the form on the left and the clips on the right, or one column where the page is narrow.
// It sends the messages of a card, { kind: "again", key, turn, way } and { kind: "edit", key }.

import { cardList } from "./cards/cards.js";
import { shareViews } from "./cards/shared.js";
import { h, onClick } from "./shared/dom.js";
import { passFiles } from "./shared/dragging.js";
import { place } from "./shared/frame.js";
import { guarded, scoped } from "./shared/kernel.js";
import { spoken } from "./shared/language.js";
import { serviceBar } from "./service/bar.js";
import { stay } from "./shared/stay.js";

/** @typedef {import("./shared/types.js").StudioTraits} Traits */
/** @typedef {import("./shared/types.js").FormTraits} FormTraits */
/** @typedef {import("@anywidget/types").AnyModel<FormTraits>} FormModel */

/** What the form lets its Studio do. @typedef {Pick<import("./form/history.js").History, "replace" | "announce">} FormExports */

const EXAMPLES = ["example.1", "example.2", "example.3"];

/** @param {import("./shared/types.js").Say} say @param {FormExports} form @param {() => void} focus */
function emptyState(say, form, focus) {
  const examples = EXAMPLES.map((key) => {
    const button = h("button", { class: "ww-example" }, say(key));
    onClick(button, () => {
      form.replace({ prompt: say(key), mode: "t2v" });
      focus();
    });
    return h("li", {}, button);
  });
  return h("div", { class: "ww-welcome" }, h("p", {}, say("empty")), h("ul", {}, ...examples));
}

export default () => {
  /** @type {import("./cards/shared.js").Shared} */
  let shared;
  return {
    /** @param {import("@anywidget/types").InitializeProps<Traits>} props */
    initialize({ model, signal }) {
      stay(model, signal);
      shared = shareViews(model);
    },
    /** @param {import("@anywidget/types").RenderProps<Traits>} props */
    async render({ model, el, signal, host }) {
      if (!host) {
        return spoken({ model, el, signal }, (say) => el.append(h("p", { class: "ww" }, say("host.old"))));
      }
      const reference = model.get("_form");
      const form = /** @type {FormModel} */ (guarded(await host.getModel(reference), () => {}));
      const widget = await host.getWidget(reference);
      const slot = h("div", { class: "ww-slot" });
      await widget.render({ el: slot, signal });
      if (signal.aborted) return;
      const exports = /** @type {FormExports} */ (widget.exports);
      await spoken({ model, el, signal }, (say, model, signal) => {
        const state = { ...shared, model, signal };
        place(draw(say, state, scoped(form, signal), exports, slot), el, signal);
      });
    },
  };
};

/**
 * @param {import("./shared/types.js").Say} say
 * @param {Pick<Parameters<typeof cardList>[0], "changes" | "clips" | "pictures" | "signal"> & {
 *   model: import("@anywidget/types").AnyModel<Traits>,
 * }} state
 * @param {FormModel} form @param {FormExports} exports @param {HTMLElement} slot  it has the form
 */
function draw(say, state, form, exports, slot) {
  const { model, signal } = state;
  const prompt = () => /** @type {HTMLElement | null} */ (slot.querySelector(".ww-field-prompt textarea"))?.focus();
  const edit = (/** @type {import("./shared/types.js").Card} */ card) => {
    exports.announce();
    cards.send({ kind: "edit", key: card.key });
    slot.scrollIntoView({ block: "nearest" });
    prompt();
  };
  const cards = cardList({ ...state, model: /** @type {any} */ (model), say, edit, again: true });
  slot.addEventListener("ww-press", cards.expect, { signal });
  /** Ask what is left of the budgets when an order was written down or has ended. */
  let phases = "";
  model.on("change:_cards", () => {
    const present = model.get("_cards").map((card) => `${card.key} ${card.phase}`).join();
    if (present !== phases && form.get("_budgets")?.length) form.send({ kind: "budgets" });
    phases = present;
  });
  const results = h("section", { class: "ww-results", tabIndex: -1, "aria-label": say("tasks") });
  results.append(cards.node, emptyState(say, exports, prompt));
  const head = h("header", {}, h("strong", {}, say("studio")), serviceBar(form, say, signal));
  const columns = h("div", { class: "ww-columns" }, slot, h("div", { class: "ww-side" }, results));
  const root = h("section", { class: "ww ww-studio" }, head, columns);
  passFiles(root, slot);
  return root;
}
