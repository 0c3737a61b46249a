// The whole card of the cell that is opened: its player, its facts, its buttons.

import { createCard } from "../cards/card.js";
import { h, icon, onClick, onEnd, setText } from "../shared/dom.js";

/** @typedef {import("./tile.js").TileView} TileView */

/**
 * @param {import("@anywidget/types").AnyModel<import("../shared/types.js").SweepTraits>} model
 * @param {import("../shared/types.js").Say} say @param {import("../cards/shared.js").Shared} shared
 * @param {import("../shared/nearby.js").Near} near
 * @param {(tile: HTMLElement) => HTMLElement} rowOf  after this the card stands @param {boolean} inRow  within the row
 * @param {AbortSignal} signal
 */
export function openedCard(model, say, shared, near, rowOf, inRow, signal) {
  const name = h("strong");
  const close = h("button", { class: "ww-icon", "aria-label": say("close"), title: say("close") }, icon("close"));
  const slot = h("div", { class: "ww-sweep-opened-card" });
  const panel = h("div", { role: "gridcell", class: "ww-sweep-opened" }, h("div", { class: "ww-sweep-opened-head" }, name, close), slot);
  const node = h("div", { role: inRow ? "none" : "row", class: "ww-sweep-opened-row" }, panel);
  /** @type {TileView | null} */
  let tile = null;
  /** @type {ReturnType<typeof createCard> | null} */
  let card = null;
  let abort = new AbortController();
  const actions = { send: (/** @type {any} */ content) => model.send(content), edit: null, again: false, clock: shared.changes.clock };

  const show = () => {
    const known = tile && model.get("_cards").find(({ key }) => key === tile?.node.dataset.key);
    if (!known) return;
    if (card) return card.update(known);
    card = createCard(known, say, shared.clips, shared.pictures, actions, near, abort.signal);
    slot.replaceChildren(card.node);
    panel.scrollIntoView({ block: "nearest", inline: "nearest" });
  };
  const shut = () => {
    if (!tile) return;
    tile.node.setAttribute("aria-expanded", "false");
    abort.abort();
    node.remove();
    slot.replaceChildren();
    [tile, card] = [null, null];
  };
  const settle = () => {
    if (tile) rowOf(tile.node).after(node);
  };
  const leave = () => {
    const last = tile?.node;
    shut();
    last?.focus();
  };
  onClick(close, leave);
  model.on("change:_cards", show);
  const redraw = (/** @type {string} */ key) => {
    if (key === tile?.node.dataset.key) show();
  };
  shared.clips.listen(redraw, signal);
  shared.pictures.listen(redraw, signal);
  const timer = setInterval(() => card?.tick(), 500);
  onEnd(signal, () => {
    clearInterval(timer);
    abort.abort();
  });
  return {
    settle,
    leave,
    /** Open the card of a tile, or close it if it is open. */
    toggle(/** @type {TileView} */ wanted) {
      const isOpen = tile === wanted;
      shut();
      if (isOpen) return;
      tile = wanted;
      abort = new AbortController();
      wanted.node.setAttribute("aria-expanded", "true");
      setText(name, wanted.name);
      panel.setAttribute("aria-label", wanted.name);
      settle();
      model.send({ kind: "open", key: wanted.node.dataset.key });
      show();
    },
  };
}
