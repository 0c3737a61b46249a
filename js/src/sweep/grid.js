// The grid of a sweep: rows and columns with their labels, or a row that wraps where there is only one axis. The card of
// the cell that is opened stands below its row.

import { RUNNING } from "../cards/card.js";
import { arrowKeys } from "../shared/choice.js";
import { h, onClick, onEnd } from "../shared/dom.js";
import { onKeys } from "../shared/keys.js";
import { nearby } from "../shared/nearby.js";
import { openedCard } from "./opened.js";
import { createTile } from "./tile.js";

/** @typedef {import("../shared/types.js").StepLabel} StepLabel */
/** @typedef {import("./tile.js").TileView} TileView */

const UNSAID = new Set(["failed", "refused", "unconfirmed", "unsaved"]);
const SHORT = 24; // letters of a value that is told apart; a whole prompt in bold would shout
const WIDE = /[\u2e80-\uffef]/g; // Chinese letters are as wide as two, and say as much
const FLATTEST = 3 / 4; // height to width, the largest for a tile; a portrait clip stands inside

/**
 * @param {import("@anywidget/types").AnyModel<import("../shared/types.js").SweepTraits>} model
 * @param {import("../shared/types.js").Say} say @param {import("../cards/shared.js").Shared} shared
 * @param {(lines: string[]) => void} tell @param {AbortSignal} signal
 */
export function sweepGrid(model, say, shared, tell, signal) {
  const head = model.get("_head");
  const tiles = model.get("_tiles");
  /** @type {Map<string, TileView>} */
  const views = new Map();
  const baseline = new Set(head.baseline);
  const [width, height] = head.ratio ?? [16, 9];
  const isWrapped = head.rows.length === 0;
  const node = h("div", { class: isWrapped ? "ww-sweep-grid ww-sweep-wraps" : "ww-sweep-grid" });
  const { near } = nearby(node, signal);
  node.style.setProperty("--ww-columns", String(head.columns.length));
  node.style.setProperty("--ww-ratio", String(Math.max(FLATTEST, width / height)));

  const cellOf = (/** @type {number} */ number, /** @type {string[]} */ names) => {
    const tile = tiles[number];
    if (!tile) return h("div");
    const name = names.filter(Boolean).join(say("language") === "zh" ? "、" : ", ") || head.title;
    const view = createTile(tile, name, baseline.has(number), say, shared.pictures, shared.changes.clock);
    views.set(tile.key, view);
    near(view.node, view.come, signal);
    return h("div", { role: "gridcell", class: "ww-sweep-cell" }, view.node);
  };
  /** @type {HTMLElement[][]} */
  const rows = [];
  const sheets = isWrapped ? [wrapped()] : head.groups.map(sheet);
  node.append(...sheets);

  /** The tiles of a single axis, each below its label. */
  function wrapped() {
    const list = h("div", { class: "ww-sweep-tiles", role: "row" });
    head.columns.forEach((label, column) => {
      const cell = cellOf(column * head.column_step, [words(label)]);
      if (words(label)) cell.prepend(labelNode("div", label, { class: "ww-sweep-step" }));
      list.append(cell);
    });
    return h("div", { class: "ww-sweep-sheet", role: "grid", "aria-label": head.title }, list);
  }

  /** @param {{ label: string, first: number }} group */
  function sheet({ label, first }) {
    const heads = head.columns.map((each) => labelNode("div", each, { role: "columnheader", class: "ww-sweep-step" }));
    const corner = h("div", { role: "columnheader", class: "ww-sweep-step ww-sweep-corner" }, h("span", { class: "ww-unseen" }, head.title));
    const lines = head.rows.map((row, place) => {
      const cells = head.columns.map((column, index) =>
        cellOf(first + place * head.row_step + index * head.column_step, [label, words(row), words(column)]),
      );
      rows.push(cells.map((cell) => /** @type {HTMLElement} */ (cell.firstElementChild)));
      return h("div", { role: "row", class: "ww-sweep-line" }, labelNode("div", row, { role: "rowheader", class: "ww-sweep-step ww-sweep-side-step" }), ...cells);
    });
    const title = label ? h("h3", {}, label) : null;
    const top = h("div", { role: "row", class: "ww-sweep-line ww-sweep-top" }, corner, ...heads);
    const table = h("div", { class: "ww-sweep-sheet", role: "grid", "aria-label": label || head.title }, top, ...lines);
    return h("div", { class: "ww-sweep-group" }, title, table);
  }

  /** The tiles as they stand on the screen. */
  const present = () => {
    if (!isWrapped) return rows;
    /** @type {Map<number, HTMLElement[]>} */
    const lines = new Map();
    for (const { node: tile } of views.values()) {
      const top = tile.getBoundingClientRect().top;
      lines.set(top, [...(lines.get(top) ?? []), tile]);
    }
    return [...lines.values()];
  };
  let active = views.values().next().value?.node;
  if (active) active.tabIndex = 0;
  const activate = (/** @type {HTMLElement} */ tile) => {
    if (active) active.tabIndex = -1;
    active = /** @type {HTMLButtonElement} */ (tile);
    active.tabIndex = 0;
  };
  arrowKeys(node, present, activate);

  /** After which element the opened card stands: the row of the tile, or the last tile beside it. */
  const rowOf = (/** @type {HTMLElement} */ tile) => {
    if (!isWrapped) return /** @type {HTMLElement} */ (tile.closest(".ww-sweep-line"));
    const line = present().find((each) => each.includes(tile)) ?? [tile];
    return /** @type {HTMLElement} */ (line.at(-1)?.parentElement);
  };
  const opened = openedCard(model, say, shared, near, rowOf, isWrapped, signal);
  onKeys(node, (event) => event.key === "Escape" && opened.leave());
  onClick(node, (event) => {
    const tile = /** @type {HTMLElement | null} */ (/** @type {Element} */ (event.target).closest(".ww-sweep-tile"));
    const view = tile && views.get(tile.dataset.key ?? "");
    if (!view) return;
    activate(view.node);
    opened.toggle(view);
  });
  if (isWrapped) {
    const observer = new ResizeObserver(() => opened.settle());
    observer.observe(node);
    onEnd(signal, () => observer.disconnect());
  }
  shared.pictures.listen((key) => views.get(key)?.redraw(), signal);

  let shown = tiles;
  return {
    node,
    tick() {
      for (const view of views.values()) if (RUNNING.has(view.phase())) view.tick();
    },
    /** Show what has changed, and say what has gone wrong. */
    update() {
      const bad = [];
      const present = model.get("_tiles");
      for (const [place, tile] of present.entries()) {
        const view = views.get(tile.key);
        if (!view || shown[place] === tile) continue;
        if (view.phase() !== tile.phase && UNSAID.has(tile.phase)) bad.push(view);
        view.update(tile);
      }
      shown = present;
      if (bad.length > 0) tell(bad.map((view) => view.node.getAttribute("aria-label") ?? ""));
    },
  };
}

const words = (/** @type {StepLabel} */ label) => label.join("");

/** @param {"div"} tag @param {StepLabel} label @param {Record<string, string>} props */
function labelNode(tag, [before, value, after], props) {
  const title = before + value + after;
  const isShort = value.replace(WIDE, "  ").length <= SHORT;
  return h(tag, { ...props, title, dir: "auto" }, h("span", {}, before, h(isShort ? "strong" : "span", {}, value), after));
}
