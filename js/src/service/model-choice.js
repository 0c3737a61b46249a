// The choice of the model: a listed one, or any other by its exact name together with the listed one that it is like.

import { h, setAttribute } from "../shared/dom.js";
import { field, selectBox } from "../shared/fields.js";

/** @typedef {import("../shared/types.js").FormTraits} Traits */
/** @typedef {import("@anywidget/types").AnyModel<Traits>} Model */

const OTHER = "\n"; // no model has this name

const listed = (/** @type {Model} */ model) => model.get("_service").models[model.get("mode")] ?? [];
const family = (/** @type {Model} */ model) => model.get("_offers")[model.get("mode")]?.family ?? "";

/** Whether the model is not one that the service lists. */
export const isOther = (/** @type {Model} */ model) => model.get("like") !== "" || family(model) === "";

/** Choose another model, and let Python change the other choices to values that this model has. */
function choose(/** @type {Model} */ model, /** @type {{ model?: string, like: string }} */ values) {
  if (values.model !== undefined) model.set("model", values.model);
  model.set("like", values.like);
  model.save_changes();
  model.send({ kind: "adapt" });
}

/** Open the tab of a mode. If the model does not have the mode, the usual model of that mode is chosen. */
export function openMode(/** @type {Model} */ model, /** @type {string} */ mode) {
  const usual = model.get("_service").models[mode]?.[0];
  const lacks = model.get("_offers")[mode]?.family === "" && usual !== undefined;
  model.set("mode", mode);
  if (!lacks) model.save_changes();
  else if (model.get("like")) choose(model, { like: usual }); // the typed name is kept
  else choose(model, { model: usual, like: "" });
}

/** @param {(name: string) => HTMLOptionElement} option @param {HTMLSelectElement} select @param {string[]} names */
function redraw(select, names, option) {
  if (select.dataset.drawn === JSON.stringify(names)) return;
  select.dataset.drawn = JSON.stringify(names);
  select.replaceChildren(...names.map(option));
}

/**
 * The select element with the models, for the bar.
 * @param {Model} model @param {import("../shared/types.js").Say} say
 */
export function modelSelect(model, say) {
  const select = h("select", { class: "ww-model", "aria-label": say("model"), title: say("model") });
  select.addEventListener("change", () => {
    if (!select.value) return undefined;
    if (select.value !== OTHER) return choose(model, { model: select.value, like: "" });
    choose(model, { like: family(model) || (listed(model)[0] ?? "") });
    /** @type {HTMLInputElement | null | undefined} */
    const input = select.closest(".ww-studio, .ww-form")?.querySelector(".ww-field-model input");
    input?.focus();
    return input?.select();
  });
  return {
    node: selectBox(select),
    update() {
      const names = listed(model);
      const words = (/** @type {string} */ name) => (name === OTHER ? say("model.other") : name || say("model.unknown"));
      redraw(select, [...(names.length ? names : [""]), OTHER], (name) => h("option", { value: name }, words(name)));
      select.value = isOther(model) ? OTHER : names.length ? family(model) : "";
    },
  };
}

/**
 * The fields for a model that is not listed.
 * @param {Model} model @param {import("../shared/types.js").Say} say @param {import("../form/parts.js").Writer} write
 */
export function otherModel(model, say, write) {
  const input = h("input", { type: "text", spellcheck: false, autocomplete: "off", placeholder: say("model.hint") });
  input.addEventListener("input", () => write.set("model", input.value, { typing: true }));
  const name = field("model", say("model.id"), input);
  const select = h("select");
  select.addEventListener("change", () => choose(model, { like: select.value }));
  const like = field("like", say("like"), selectBox(select), { labelFor: select });
  const node = h("div", { class: "ww-pair ww-other-model", hidden: true }, name.node, like.node);
  return {
    node,
    name: { ...name, input },
    like: { ...like, input: select },
    update() {
      node.hidden = !isOther(model);
      name.node.hidden = like.node.hidden = node.hidden;
      const value = model.get("model");
      if (input.value !== value) input.value = value;
      const known = model.get("like");
      const names = [...new Set(["", ...listed(model), known])];
      redraw(select, names, (each) => h("option", { value: each }, each || say("like.none")));
      select.value = known;
      setAttribute(select, "title", say("like.why"));
    },
  };
}
