// The size table. Its rows are aspect ratios, its columns are resolutions, and every cell is a size in pixels.
// If the clip has the shape of the image, the table is one row of resolutions.

import { arrowKeys, markChosen } from "../shared/choice.js";
import { h, onClick, shape } from "../shared/dom.js";

/** @typedef {import("../shared/types.js").Offer} Offer */

/**
 * @param {import("../shared/types.js").Say} say
 * @param {(resolution: string, ratio: string | null) => void} choose
 */
export function sizeTable(say, choose) {
  const table = h("table", { role: "presentation" });
  const node = h("div", { class: "ww-sizes", role: "radiogroup", "aria-label": say("size") }, table);
  /** @type {(HTMLButtonElement | null)[][]} */
  let rows = [];
  let drawn = "";
  const pick = (/** @type {HTMLElement} */ cell) => choose(cell.dataset.resolution ?? "", cell.dataset.ratio || null);
  arrowKeys(node, () => rows, pick);

  return {
    node,
    /** @param {Offer} offer @param {string} resolution @param {string} ratio */
    update(offer, resolution, ratio) {
      const key = JSON.stringify([offer.sizes, offer.shape_follows_image]);
      if (drawn !== key) {
        drawn = key;
        rows = draw(table, offer, say, pick);
      }
      const isChosen = (/** @type {HTMLElement} */ cell) =>
        cell.dataset.resolution === resolution && (offer.shape_follows_image || cell.dataset.ratio === ratio);
      markChosen(rows.flat().filter((cell) => cell !== null), isChosen, "aria-checked");
    },
  };
}

/**
 * @param {HTMLTableElement} table
 * @param {Offer} offer
 * @param {import("../shared/types.js").Say} say
 * @param {(cell: HTMLElement) => void} pick
 */
function draw(table, offer, say, pick) {
  const resolutions = Object.keys(offer.sizes);
  table.dataset.columns = resolutions.length > 3 ? "many" : "few";
  const cell = (/** @type {(string | Node)[]} */ text, /** @type {string} */ resolution, /** @type {string} */ ratio) => {
    const props = { role: "radio", "data-resolution": resolution, "data-ratio": ratio };
    const button = h("button", props, ...text);
    onClick(button, () => pick(button));
    return button;
  };
  if (offer.shape_follows_image) {
    const cells = resolutions.map((resolution) => cell([resolution], resolution, ""));
    table.dataset.columns = "follow";
    const head = h("th", { scope: "row" }, say("size.follows"));
    table.replaceChildren(h("tr", {}, head, ...cells.map((button) => h("td", {}, button))));
    return [cells];
  }
  const ratios = [...new Set(Object.values(offer.sizes).flatMap((row) => Object.keys(row)))];
  const heads = resolutions.map((resolution) => h("th", { scope: "col" }, resolution));
  /** @type {(HTMLButtonElement | null)[][]} */
  const rows = [];
  const body = ratios.map((ratio) => {
    const [width, height] = Object.values(offer.sizes).find((row) => row[ratio])?.[ratio] ?? [1, 1];
    const box = h("span", { class: "ww-shape-box" }, shape(width, height, 18));
    const tr = h("tr", {}, h("th", { scope: "row" }, box, ratio));
    const cells = resolutions.map((resolution) => {
      const size = offer.sizes[resolution]?.[ratio];
      return size ? cell([`${size[0]}×`, h("wbr"), `${size[1]}`], resolution, ratio) : null;
    });
    tr.append(...cells.map((button) => h("td", {}, button)));
    rows.push(cells);
    return tr;
  });
  table.replaceChildren(h("tr", {}, h("td"), ...heads), ...body);
  return rows;
}
