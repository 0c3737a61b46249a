// The Studio: the form at the left, the clips at the right, one column where it is narrow.
// Sends what a card sends, and { kind: "again", key, turn }, { kind: "edit", key }.

import { cardList } from "./cards.js";
import { createClips } from "./clips.js";
import { h, keepKeys } from "./dom.js";
import { serviceBar } from "./service-bar.js";
import { speaker } from "./words.js";

/** @typedef {import("./types.js").StudioTraits} Traits */
/** @typedef {import("./types.js").FormTraits} FormTraits */
/** @typedef {import("@anywidget/types").AnyModel<FormTraits>} FormModel */

const EXAMPLES = ["example.1", "example.2", "example.3"];

const TEXTS = ["prompt", "negative_prompt", "like", "guide_audio"]; // empty where a request has none

/** Put a card's values back into the form; where another service answers now, as far as it has them. */
function refill(/** @type {FormModel} */ form, /** @type {import("./types.js").Card} */ card) {
  for (const [name, value] of Object.entries(card.values ?? {})) {
    const blank = TEXTS.includes(name) ? "" : undefined;
    const wanted = name === "seed" ? value : (value ?? blank);
    if (wanted !== undefined) form.set(/** @type {keyof FormTraits} */ (name), wanted);
  }
  form.save_changes();
  if (card.service !== form.get("_service").name) form.send({ kind: "adapt" });
}

/** @param {import("./types.js").Say} say @param {FormModel} form @param {() => void} focus */
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
  /** @type {import("./clips.js").Clips} */
  let clips;
  return {
    /** @param {import("@anywidget/types").InitializeProps<Traits>} props */
    initialize({ model }) {
      clips = createClips(model);
    },
    /** @param {import("@anywidget/types").RenderProps<Traits>} props */
    async render({ model, el, signal, host }) {
      const say = speaker(model);
      if (!host) {
        el.append(h("p", { class: "ww" }, say("host.old")));
        return;
      }
      const reference = model.get("_form");
      const form = /** @type {FormModel} */ (await host.getModel(reference));
      const widget = await host.getWidget(reference);
      const slot = h("div", { class: "ww-slot" });
      await widget.render({ el: slot, signal });
      if (signal.aborted) return;
      const prompt = () => /** @type {HTMLElement | null} */ (slot.querySelector(".ww-field-prompt textarea"))?.focus();
      const edit = (/** @type {import("./types.js").Card} */ card) => {
        if (card.values) refill(form, card);
        else model.send({ kind: "edit", key: card.key }); // it was made from what is only in the kernel's memory
        slot.scrollIntoView({ block: "nearest" });
        prompt();
      };
      const cards = cardList({ model: /** @type {any} */ (model), clips, signal, edit, again: true });
      const results = h("section", { class: "ww-results", "aria-label": say("tasks") });
      results.append(emptyState(say, form, prompt), cards.node);
      const head = h("header", {}, h("strong", {}, say("studio")), serviceBar(form, speaker(form), signal));
      const columns = h("div", { class: "ww-columns" }, slot, h("div", { class: "ww-side" }, results));
      const root = h("section", { class: "ww ww-studio" }, head, columns);
      keepKeys(root);
      el.append(root);
    },
  };
};
