// The choice of the service and of the model, at the top of the Studio or of a single form.

import { h } from "../shared/dom.js";
import { modelSelect } from "./model-choice.js";
import { servicePicker } from "./picker.js";

/**
 * @param {import("@anywidget/types").AnyModel<import("../shared/types.js").FormTraits>} model
 * @param {import("../shared/types.js").Say} say
 * @param {AbortSignal} signal
 */
export function serviceBar(model, say, signal) {
  const picker = servicePicker(model, say, signal);
  const models = modelSelect(model, say);
  const update = () => {
    picker.update();
    models.update();
  };
  for (const name of /** @type {const} */ (["mode", "model", "like", "_service", "_services", "_offers"])) {
    model.on(`change:${name}`, update);
  }
  update();
  return h("div", { class: "ww-bar" }, picker.node, models.node);
}
