// The foot of a sweep: how many have ended, what that cost, and how long the rest takes.

import { remainingText } from "../cards/remaining.js";
import { fillBar, h, setAttribute, setText } from "../shared/dom.js";

/**
 * @param {import("@anywidget/types").AnyModel<import("../shared/types.js").SweepTraits>} model
 * @param {import("../shared/types.js").Say} say @param {() => number} clock
 */
export function sweepFoot(model, say, clock) {
  const said = h("span");
  const left = h("span");
  const bar = h("div", { class: "ww-progress", role: "progressbar", "aria-label": say("progress"), "aria-valuemin": "0" }, h("i"));
  const node = h("footer", { class: "ww-sweep-foot" }, said, bar, left);
  const tick = () => setText(left, remainingText(model.get("_whole").left, say, clock()));
  return {
    node,
    tick,
    /** @param {import("../shared/types.js").SweepWhole} whole @param {number} count  of all cells */
    update(whole, count) {
      node.hidden = !whole.said;
      setText(said, whole.said);
      setAttribute(bar, "aria-valuenow", String(whole.ended));
      setAttribute(bar, "aria-valuemax", String(count));
      fillBar(bar, (100 * whole.ended) / Math.max(1, count));
      tick();
    },
  };
}
