// What is said above the cards about all of them, because the front end has limits.

import { h, hide, setText } from "../shared/dom.js";

const MUTE = "VS Code"; // it plays no AAC sound
const REACTIVE = "marimo"; // a cell that uses the value of a widget runs again when the browser changes the widget

/**
 * @param {import("@anywidget/types").AnyModel<import("../shared/types.js").TaskTraits>} model
 * @param {import("../shared/types.js").Say} say
 */
export function boardNotes(model, say) {
  const unkept = h("p", { class: "ww-note", role: "status", hidden: true });
  const sound = h("p", { class: "ww-note", hidden: true }, say("sound.vscode"));
  return {
    nodes: [unkept, sound],
    /** How many clips the notebook itself does not have: after a reload of the page, the kernel reaches no record in it. */
    keep() {
      const count = model.get("_unkept") ?? 0;
      hide(unkept, count === 0);
      setText(unkept, count === 0 ? "" : say("unkept", { count }));
    },
    /** @param {import("../shared/types.js").Card[]} cards */
    update(cards) {
      const finished = cards.filter((card) => card.clip).length;
      hide(sound, model.get("_front") !== MUTE || !cards.some((card) => card.clip?.has_audio));
      if (model.get("_front") !== REACTIVE || model.get("_finished") === finished) return;
      model.set("_finished", finished);
      model.save_changes();
    },
  };
}
