// The Studio: the form at the left, the clips at the right, one column where it is narrow.
// Sends what a card sends, and { kind: "again", key, wish }.

import { cardList } from "./cards.js";
import { createClips } from "./clips.js";
import { h, keepKeys, setText } from "./dom.js";

/** @typedef {import("./types.js").StudioTraits} Traits */
/** @typedef {import("./types.js").FormTraits} FormTraits */
/** @typedef {import("@anywidget/types").AnyModel<FormTraits>} FormModel */

const EXAMPLES = ["example.1", "example.2", "example.3"];

/** Put a card's values back into the form. */
function refill(/** @type {FormModel} */ form, /** @type {Record<string, any>} */ values) {
  for (const [name, value] of Object.entries(values)) {
    const blank = name === "prompt" || name === "negative_prompt" ? "" : undefined;
    const wanted = name === "seed" ? value : (value ?? blank);
    if (wanted !== undefined) form.set(/** @type {keyof FormTraits} */ (name), wanted);
  }
  form.save_changes();
}

/** @param {(key: string) => string} say @param {FormModel} form @param {() => void} focus */
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

/** Who answers, and whether that costs anything. */
function servicePill(/** @type {FormModel} */ form, /** @type {(key: string) => string} */ say) {
  const words = h("span");
  const node = h("span", { class: "ww-service" }, h("i", { "aria-hidden": "true" }), words);
  const update = () => {
    const service = form.get("_service");
    setText(words, service.simulated ? `${service.title} · ${say("price.free").toLowerCase()}` : service.title);
    node.classList.toggle("ww-simulated", service.simulated);
  };
  form.on("change:_service", update);
  update();
  return node;
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
      const say = (/** @type {string} */ key) => model.get("_labels")[key] ?? key;
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
        if (card.values) refill(form, card.values);
        slot.scrollIntoView({ block: "nearest" });
        prompt();
      };
      const cards = cardList({ model: /** @type {any} */ (model), clips, signal, edit, again: true });
      const results = h("section", { class: "ww-results", "aria-label": say("tasks") });
      results.append(emptyState(say, form, prompt), cards.node);
      const head = h("header", {}, h("strong", {}, say("studio")), servicePill(form, say));
      const columns = h("div", { class: "ww-columns" }, slot, h("div", { class: "ww-side" }, results));
      const root = h("section", { class: "ww ww-studio" }, head, columns);
      keepKeys(root);
      el.append(root);
    },
  };
};
