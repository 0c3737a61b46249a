// How long a task still takes, in words that stay calm while the clock ticks.

import { clockText } from "../shared/words.js";

const SOON = 5; // seconds

/**
 * The remaining time; empty if it is not known.
 * @param {import("../shared/types.js").Card["estimate"]} estimate
 * @param {import("../shared/types.js").Say} say
 * @param {number} now
 */
export function remainingText(estimate, say, now) {
  if (!estimate) return "";
  if (estimate.is_late) return say("left.late");
  const likely = estimate.likely - now;
  if (likely < SOON) return estimate.high > now ? say("left.soon") : "";
  const about = likely >= 90 ? say("left.minutes", { count: Math.round(likely / 60) }) : say("left.seconds", { count: inSteps(likely) });
  const low = inSteps(Math.max(0, estimate.low - now));
  const high = inSteps(estimate.high - now);
  return low < high ? say("left.range", { about, low: clockText(low), high: clockText(high) }) : about;
}

/** Seconds in steps that do not change at every tick. */
function inSteps(/** @type {number} */ seconds) {
  const step = seconds >= 60 ? 10 : 5;
  return step * Math.round(seconds / step);
}
