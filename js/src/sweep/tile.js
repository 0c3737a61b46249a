// A tile: one cell of a sweep, with the same place and shape from waiting to its picture.

import { RUNNING } from "../cards/card.js";
import { remainingText } from "../cards/remaining.js";
import { fillBar, h, setAttribute, setText } from "../shared/dom.js";
import { clockText } from "../shared/words.js";

/** @typedef {import("../shared/types.js").Tile} Tile */
/** @typedef {ReturnType<typeof createTile>} TileView */

const SHORT = new Set(["free", "nothing"]); // a tile says only these words about the cost; the card says the others, too

/**
 * @param {Tile} first @param {string} name  the words for its place @param {boolean} isBaseline
 * @param {import("../shared/types.js").Say} say
 * @param {import("../cards/pictures.js").Pictures} pictures
 * @param {() => number} clock
 */
export function createTile(first, name, isBaseline, say, pictures, clock) {
  let tile = first;
  let isNear = false;
  const title = h("span", { class: "ww-sweep-tile-title" });
  const more = h("span", { class: "ww-sweep-tile-more", dir: "auto" });
  const cost = h("span", {});
  const words = h("span", { class: "ww-sweep-tile-words" }, title, more, cost);
  const node = h("button", { class: "ww-sweep-tile", "data-key": first.key, tabIndex: -1, "aria-expanded": "false" }, words);
  if (isBaseline) node.append(h("span", { class: "ww-badge ww-sweep-base" }, say("sweep.baseline")));
  /** @type {HTMLElement | null} */
  let bar = null;
  /** @type {HTMLImageElement | null} */
  let picture = null;
  const badge = h("span", { class: "ww-badge" });

  const stateText = () => {
    const { estimate } = tile;
    const left = estimate && !estimate.is_late ? { ...estimate, low: 0, high: estimate.likely > clock() + 5 ? 0 : estimate.high } : estimate;
    const words = [say(`phase.${tile.phase}`), remainingText(left, say, clock())].filter(Boolean).join(" · ");
    return words.replaceAll("\u00a0", " "); // else a word would be cut in two where it is narrow
  };
  const showPicture = () => {
    const url = isNear && tile.phase === "completed" ? pictures.of(tile.key, "poster") : "";
    if (!url || picture) return;
    picture = h("img", { src: url, alt: "", decoding: "async" });
    node.prepend(picture);
    words.hidden = true;
  };
  const showBar = () => {
    const isRunning = RUNNING.has(tile.phase);
    if (isRunning && !bar) node.append((bar = h("span", { class: "ww-progress" }, h("i"))));
    if (!isRunning) bar?.remove();
    if (!isRunning) bar = null;
    if (!bar) return;
    const isKnown = tile.phase === "in_progress" && tile.progress !== null;
    bar.classList.toggle("ww-unknown", tile.phase === "in_progress" && !isKnown);
    fillBar(bar, isKnown ? tile.progress : null);
  };
  const draw = () => {
    node.dataset.phase = tile.phase;
    node.classList.toggle("ww-running", RUNNING.has(tile.phase));
    if (tile.phase !== "completed" && picture) {
      picture.remove();
      picture = null;
      words.hidden = false;
    }
    const billing = SHORT.has(tile.billing) ? say(`billing.${tile.billing}`) : "";
    setText(more, tile.message);
    setText(cost, billing);
    setText(title, stateText());
    if (tile.seconds !== null && tile.phase === "completed") {
      setText(badge, [clockText(Math.round(tile.seconds)), tile.odd].filter(Boolean).join(" · "));
      if (!badge.parentNode) node.append(badge);
    } else badge.remove();
    setAttribute(node, "aria-label", say("sweep.cell", { name, state: [stateText(), isBaseline ? say("sweep.baseline") : "", tile.odd, tile.message, billing].filter(Boolean).join(" · ") }));
    showBar();
    showPicture();
  };
  draw();
  return {
    node,
    name,
    phase: () => tile.phase,
    tick: () => setText(title, stateText()),
    redraw: showPicture,
    come(/** @type {boolean} */ isHere) {
      isNear = isHere;
      showPicture();
    },
    update(/** @type {Tile} */ next) {
      tile = next;
      draw();
    },
  };
}
