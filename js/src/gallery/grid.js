// The tiles. Only the rows near the screen exist; the others are height. Rows are placed by transforms, because a grid
// container of hundreds of rows is laid out anew at each change. The keys are those of ARIA's layout grid.

import { h, onClick, onEnd, setAttribute } from "../shared/dom.js";
import { onKeys } from "../shared/keys.js";
import { createTile } from "./tile.js";

/** @typedef {import("../shared/types.js").GalleryItem} Item */
/** @typedef {ReturnType<typeof createGrid>} Grid */

const GAP = 12; // pixels
const LEAST = 172; // pixels, of a tile's width; where there is no room for two, they are narrower
const BELOW = 62; // pixels, for the words and the gap below them
const [LINE, MARGIN] = [17, 6]; // pixels, of the words that stand in place of a picture
const AROUND = 1; // rows above and below the screen
const REST = 90; // ms; who scrolls past does not wait for the pages between

/**
 * @param {import("../shared/types.js").Say} say
 * @param {import("./store.js").Store} store
 * @param {import("./pictures.js").Pictures} pictures
 * @param {{
 *   isChosen(id: string): boolean,
 *   choose(id: string, range: string[] | null): void,
 *   open(place: number): void,
 *   remove(id: string): void,
 *   escape(): void,
 * }} actions
 * @param {AbortSignal} signal
 */
export function createGrid(say, store, pictures, actions, signal) {
  const grid = h("div", { class: "ww-grid", role: "grid", "aria-label": say("gallery.clips"), "aria-multiselectable": "true" });
  const pane = h("div", { class: "ww-pane" }, grid);
  /** @typedef {{ node: HTMLElement, tiles: import("./tile.js").Tile[], number: number, top: number }} Row */
  /** @type {Map<number, Row>} */
  const rows = new Map();
  /** @type {Row[]} */
  const spare = []; // unused tiles stay in the page until they are used again, because to remove them costs more
  let [columns, wide, high, step] = [2, LEAST, 107, 170];
  let active = 0; // the place of the tile that is in the tab order
  let anchor = 0; // the place at which a selected range begins
  let [frame, timer] = [0, 0];

  const rowOf = (/** @type {number} */ place) => Math.floor(place / columns);
  const tileAt = (/** @type {number} */ place) => rows.get(rowOf(place))?.tiles[place % columns];
  const placeOf = (/** @type {EventTarget | null} */ target) => {
    const node = target instanceof Element ? target.closest(".ww-tile") : null;
    for (const row of rows.values()) {
      const column = row.tiles.findIndex((tile) => tile.node === node);
      if (node && column >= 0) return row.number * columns + column;
    }
    return -1;
  };

  const measure = () => {
    const width = pane.clientWidth - (pane.offsetWidth > pane.clientWidth ? GAP : 2 * GAP);
    if (width <= 0) return;
    const before = columns;
    const hadFocus = grid.contains(document.activeElement);
    const first = Math.floor(pane.scrollTop / step) * columns;
    columns = Math.max(2, Math.floor((width + GAP) / (LEAST + GAP)));
    wide = Math.floor((width - GAP * (columns - 1)) / columns);
    high = Math.round(wide * 0.62);
    step = high + BELOW;
    grid.style.setProperty("--ww-tile", `${wide}px`);
    grid.style.setProperty("--ww-lines", String(Math.max(1, Math.floor((wide * 0.5625 - 2 * MARGIN) / LINE))));
    if (before !== columns) {
      rows.forEach(({ node }) => node.remove());
      rows.clear();
      spare.splice(0).forEach(({ node }) => node.remove());
      pane.scrollTop = rowOf(first) * step;
    }
    draw();
    if (hadFocus && before !== columns) focus(active); // its tile is another element now
  };

  const makeRow = () => {
    const tiles = Array.from({ length: columns }, () => createTile(say, pictures));
    const node = h("div", { class: "ww-tiles", role: "row" }, ...tiles.map((tile) => tile.node));
    tiles.forEach((tile, column) => tile.node.setAttribute("aria-colindex", String(column + 1)));
    return { node, tiles, number: -1, top: -1 };
  };

  /** @param {Row} row @param {number} number */
  const fill = (row, number) => {
    const total = store.total();
    if (row.number !== number || row.top !== number * step) {
      [row.number, row.top] = [number, number * step];
      row.node.style.transform = `translateY(${row.top}px)`;
      row.node.setAttribute("aria-rowindex", String(number + 1));
    }
    row.tiles.forEach((tile, column) => {
      const place = number * columns + column;
      const isThere = place < total;
      tile.node.hidden = !isThere;
      const item = isThere ? store.at(place) : undefined;
      tile.update(item, Boolean(item && actions.isChosen(item.id)), [wide, high]);
      setAttribute(tile.node, "tabindex", place === active ? "0" : "-1");
    });
  };

  /** Show the rows near the screen. @param {boolean} [isScroll]  only which rows are near has changed */
  const draw = (isScroll = false) => {
    const total = store.total();
    active = Math.max(0, Math.min(active, total - 1));
    const count = Math.ceil(total / columns);
    if (!isScroll) {
      grid.style.height = `${count * step}px`;
      setAttribute(grid, "aria-rowcount", String(count));
      setAttribute(grid, "aria-colcount", String(columns));
    }
    const [top, seen] = [pane.scrollTop, pane.clientHeight];
    const first = Math.max(0, Math.floor(top / step) - AROUND);
    const last = Math.min(count - 1, Math.floor((top + seen) / step) + AROUND);
    const kept = grid.contains(document.activeElement) ? rowOf(active) : -1; // it must not lose the focus
    for (const [number, row] of rows) {
      if ((number >= first && number <= last) || (number === kept && number < count)) continue;
      rows.delete(number);
      row.tiles.forEach((tile) => tile.leave());
      spare.push(row);
    }
    for (let number = first; number <= last; number += 1) {
      const known = rows.get(number);
      if (known && isScroll) continue;
      const row = known ?? spare.pop() ?? makeRow();
      fill(row, number);
      rows.set(number, row);
      if (!row.node.isConnected) grid.append(row.node);
    }
    if (!isScroll) for (const row of spare.splice(0)) row.node.remove();
    clearTimeout(timer);
    timer = setTimeout(() => store.need(first * columns, (last + 1) * columns), isScroll ? REST : 0);
  };

  const onScroll = () => {
    frame ||= requestAnimationFrame(() => {
      frame = 0;
      draw(true);
    });
  };

  const show = (/** @type {number} */ place) => {
    const top = rowOf(place) * step;
    if (top < pane.scrollTop) pane.scrollTop = top;
    else if (top + step > pane.scrollTop + pane.clientHeight) pane.scrollTop = top + step - pane.clientHeight + GAP;
  };
  const focus = (/** @type {number} */ place) => {
    if (store.total() === 0) return;
    active = Math.max(0, Math.min(place, store.total() - 1));
    show(active);
    draw();
    tileAt(active)?.node.focus({ preventScroll: true });
  };
  const range = (/** @type {number} */ place) => {
    const [from, to] = anchor < place ? [anchor, place] : [place, anchor];
    const ids = [];
    for (let each = from; each <= to; each += 1) ids.push(store.at(each)?.id ?? "");
    return ids.filter(Boolean);
  };
  /** @param {number} place @param {boolean} isRange */
  const choose = (place, isRange) => {
    const item = store.at(place);
    if (!item) return;
    actions.choose(item.id, isRange ? range(place) : null);
    if (!isRange) anchor = place;
  };

  onClick(grid, (event) => {
    const place = placeOf(event.target);
    const item = store.at(place);
    if (place < 0 || !item) return;
    active = place;
    const target = /** @type {Element} */ (event.target);
    if (target.closest(".ww-star")) store.mark([item.id], { star: !item.star });
    else if (target.closest(".ww-check") || event.ctrlKey || event.metaKey || event.shiftKey) choose(place, event.shiftKey);
    else return actions.open(place);
    return focus(place);
  });
  onKeys(grid, (event) => {
    const place = placeOf(event.target);
    const to = target(event, place, columns, Math.max(1, Math.floor(pane.clientHeight / step)), store.total());
    const item = store.at(place);
    if (place < 0 || event.altKey) return;
    if (to !== null) focus(to);
    else if (event.key === "Enter" && item) actions.open(place);
    else if (event.key === " ") choose(place, event.shiftKey);
    else if (event.key === "Delete" && item) actions.remove(item.id);
    else if (event.key === "Escape") actions.escape();
    else return;
    event.preventDefault();
  });

  /** The tile whose frames are shown. @type {import("./tile.js").Tile | undefined} */
  let played;
  const play = (/** @type {import("./tile.js").Tile | undefined} */ tile, /** @type {number} */ part) => {
    if (played !== tile) played?.stop();
    played = tile;
    tile?.play(part);
  };
  grid.addEventListener("pointermove", (event) => {
    if (event.pointerType === "touch") return;
    const tile = tileAt(placeOf(event.target));
    if (!tile) return play(undefined, 0);
    const { left, width } = tile.picture.getBoundingClientRect();
    return play(tile, (event.clientX - left) / width);
  });
  grid.addEventListener("pointerleave", () => play(undefined, 0));
  grid.addEventListener("focusin", ({ target }) => {
    const tile = tileAt(placeOf(target));
    if (tile?.node.matches(":focus-visible")) tile.play();
  });
  grid.addEventListener("focusout", ({ target }) => tileAt(placeOf(target))?.stop());

  pane.addEventListener("scroll", onScroll, { passive: true });
  pictures.listen((id, what) => {
    for (const row of rows.values()) for (const tile of row.tiles) if (tile.id() === id) tile.come(what);
  }, signal);
  store.listen(() => draw(), signal);
  const observer = new ResizeObserver(measure);
  observer.observe(pane);
  onEnd(signal, () => {
    observer.disconnect();
    clearTimeout(timer);
    cancelAnimationFrame(frame);
  });
  return { node: pane, draw, focus, active: () => active };
}

/**
 * The place to which a key leads; `null` if it is no such key.
 * @param {KeyboardEvent} event @param {number} place @param {number} columns @param {number} page  rows @param {number} total
 */
function target(event, place, columns, page, total) {
  const isFar = event.ctrlKey || event.metaKey;
  const begin = place - (place % columns);
  const steps = /** @type {Record<string, number>} */ ({
    ArrowRight: place + 1,
    ArrowLeft: place - 1,
    ArrowDown: place + columns < total ? place + columns : place,
    ArrowUp: place - columns >= 0 ? place - columns : place,
    PageDown: Math.min(place + page * columns, total - 1),
    PageUp: place - page * columns >= 0 ? place - page * columns : place % columns,
    Home: isFar ? 0 : begin,
    End: isFar ? total - 1 : Math.min(begin + columns, total) - 1,
  });
  const to = steps[event.key];
  return to === undefined ? null : Math.max(0, Math.min(to, total - 1));
}
