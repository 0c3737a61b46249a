// The length of the clip: segments for a few lengths, a slider for many.

import { h, setAttribute, setText } from "../shared/dom.js";
import { field, segments } from "../shared/fields.js";

const FEW = 5;

/**
 * @param {import("../shared/types.js").Say} say
 * @param {(seconds: number, more?: { typing: boolean }) => void} choose
 */
export function durationField(say, choose) {
  const choices = segments(say("duration"), (value) => choose(Number(value)));
  const slider = h("input", { type: "range", min: 0, step: 1, "aria-label": say("duration") });
  const shown = h("output", { class: "ww-length" });
  const track = h("div", { class: "ww-slider" }, shown, slider);
  const range = h("span", { class: "ww-aside" });
  const box = h("div", {}, choices.node, track);
  const block = field("duration", say("duration"), box, { aside: range });
  /** @type {number[]} */
  let lengths = [];
  const words = (/** @type {number} */ count) => say("seconds", { count });
  slider.addEventListener("input", () => choose(lengths[Number(slider.value)] ?? 0, { typing: true }));
  return {
    ...block,
    /** @param {import("../shared/types.js").Offer} offer @param {string[]} kinds @param {number} seconds */
    update(offer, kinds, seconds) {
      const allowed = kinds.includes("video") ? offer.durations_with_video : offer.durations;
      const many = allowed.length > FEW;
      choices.node.hidden = many;
      track.hidden = !many;
      setText(range, many ? say("duration.range", { from: allowed[0] ?? 0, to: allowed.at(-1) ?? 0 }) : "");
      block.node.title = offer.durations_why;
      if (!many) {
        choices.update(allowed.map((length) => [String(length), words(length)]), String(seconds));
        return;
      }
      lengths = allowed;
      slider.max = String(allowed.length - 1);
      const nearest = allowed.findIndex((length) => length >= seconds);
      slider.value = String(nearest < 0 ? allowed.length - 1 : nearest);
      setText(shown, words(seconds));
      setAttribute(slider, "aria-valuetext", words(seconds));
    },
  };
}
