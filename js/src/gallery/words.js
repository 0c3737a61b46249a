// What a tile and the large view say of an order.

import { clockText, money } from "../shared/words.js";

/** @typedef {import("../shared/types.js").GalleryItem} Item */
/** @typedef {import("../shared/types.js").Say} Say */

/** The length as m:ss, rounded. */
export const lengthOf = (/** @type {Item} */ item) => clockText(Math.round(item.seconds));

/** Its prompt in one line. Without one, its model. */
export const nameOf = (/** @type {Item} */ item) => (item.prompt ?? "").replace(/\s+/g, " ").trim() || item.model || item.id;

/** The facts that fit into one line. */
export function shortFacts(/** @type {Say} */ say, /** @type {Item} */ item) {
  const size = item.ratio ? `${item.ratio[0]}×${item.ratio[1]}` : item.model;
  const seed = item.seed === null ? "" : say("seed.given", { seed: item.seed });
  return [size, seed, priceOf(say, item)].filter(Boolean);
}

/** All facts. */
export function facts(/** @type {Say} */ say, /** @type {Item} */ item) {
  const [size = "", ...others] = shortFacts(say, item);
  const made = [item.model, item.mode].filter(Boolean).join(" · ");
  return [item.ratio ? size : "", say("seconds", { count: Math.round(10 * item.seconds) / 10 }), ...others, made, item.service, item.odd].filter(Boolean);
}

const priceOf = (/** @type {Say} */ say, /** @type {Item} */ item) => (item.price ? money(say, Number(item.price[0]).toFixed(2), item.price[1]) : "");

/** Its state in words; a state that only the service knows, as it is. */
export const stateOf = (/** @type {Say} */ say, /** @type {string} */ status) => {
  const label = say(`phase.${status}`);
  return label === `phase.${status}` ? status : label;
};
