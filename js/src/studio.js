// The Studio: the form on the left and the clips on the right, or one column where the page is narrow.
// It sends the messages of a card, and { kind: "again", key, turn } and { kind: "edit", key }.

import { cardList } from "./cards/cards.js";
import { createClips } from "./cards/clips.js";
import { h } from "./shared/dom.js";
import { place } from "./shared/frame.js";
import { guarded } from "./shared/kernel.js";
import { serviceBar } from "./service/bar.js";
import { speaker } from "./shared/words.js";

/** @typedef {import("./shared/types.js").StudioTraits} Traits */
/** @typedef {import("./shared/types.js").FormTraits} FormTraits */
/** @typedef {import("@anywidget/types").AnyModel<FormTraits>} FormModel */

const EXAMPLES = ["example.1", "example.2", "example.3"];

/** @param {import("./shared/types.js").Say} say @param {FormModel} form @param {() => void} focus */
function emptyState(say, form, focus) {
  const examples = EXAMPLES.map((key) => {
    const button = h("button", { type: "button", class: "ww-example" }, say(key));
    button.addEventListener("click", () => {
      form.set("prompt", say(key));
      form.set("mode", "t2v");
      form.save_changes();
      focus();
    });
    return h("li", {}, button);
  });
  return h("div", { class: "ww-welcome" }, h("p", {}, say("empty")), h("ul", {}, ...examples));
}

export default () => {
  /** @type {import("./cards/clips.js").Clips} */
  let clips;
  return {
    /** @param {import("@anywidget/types").InitializeProps<Traits>} props */
    initialize({ model }) {
      clips = createClips(guarded(model, () => {}));
    },
    /** @param {import("@anywidget/types").RenderProps<Traits>} props */
    async render({ model, el, signal, host }) {
      const say = speaker(model);
      if (!host) {
        el.append(h("p", { class: "ww" }, say("host.old")));
        return;
      }
      const reference = model.get("_form");
      const form = /** @type {FormModel} */ (guarded(await host.getModel(reference), () => {}));
      const widget = await host.getWidget(reference);
      const slot = h("div", { class: "ww-slot" });
      await widget.render({ el: slot, signal });
      if (signal.aborted) return;
      const prompt = () => /** @type {HTMLElement | null} */ (slot.querySelector(".ww-field-prompt textarea"))?.focus();
      const edit = (/** @type {import("./shared/types.js").Card} */ card) => {
        cards.send({ kind: "edit", key: card.key });
        slot.scrollIntoView({ block: "nearest" });
        prompt();
      };
      const cards = cardList({ model: /** @type {any} */ (model), clips, signal, edit, again: true });
      slot.addEventListener("ww-press", cards.expect);
      const results = h("section", { class: "ww-results", "aria-label": say("tasks") });
      results.append(emptyState(say, form, prompt), cards.node);
      const head = h("header", {}, h("strong", {}, say("studio")), serviceBar(form, speaker(form), signal));
      const columns = h("div", { class: "ww-columns" }, slot, h("div", { class: "ww-side" }, results));
      const root = h("section", { class: "ww ww-studio" }, head, columns);
      place(root, el, signal);
    },
  };
};
