// Choosing one of several with the arrow keys: tabs, segments, and the two-dimensional size table.

import { isAlone, onKeys } from "./keys.js";

/** @typedef {(HTMLElement | null)[][]} Grid  The elements in rows and columns as on the screen; `null` for a gap. */

/**
 * Arrow keys move among the elements of a grid and choose them. One element at a time is in the tab order.
 * @param {HTMLElement} group
 * @param {() => Grid} rows
 * @param {(chosen: HTMLElement) => void} choose
 */
export function arrowKeys(group, rows, choose) {
  onKeys(group, (event) => {
    if (!isAlone(event)) return;
    const grid = rows();
    const element = /** @type {HTMLElement} */ (event.target);
    const row = grid.findIndex((cells) => cells.includes(element));
    if (row < 0) return;
    const next = target(event.key, grid, row, grid[row]?.indexOf(element) ?? 0);
    if (!next) return;
    event.preventDefault();
    next.focus();
    choose(next);
  });
}

/**
 * @param {string} key
 * @param {Grid} grid
 * @param {number} row
 * @param {number} column
 */
function target(key, grid, row, column) {
  const across = grid[row] ?? [];
  const down = grid.length > 1 ? grid.map((cells) => cells[column] ?? null) : across;
  const place = grid.length > 1 ? row : column;
  const all = grid.flat().filter((cell) => cell !== null);
  switch (key) {
    case "ArrowRight":
      return next(across, column, 1);
    case "ArrowLeft":
      return next(across, column, -1);
    case "ArrowDown":
      return next(down, place, 1);
    case "ArrowUp":
      return next(down, place, -1);
    case "Home":
      return all[0];
    case "End":
      return all.at(-1);
    default:
      return undefined;
  }
}

/** The next element of a line. It skips gaps and goes on at the other end. */
function next(/** @type {(HTMLElement | null)[]} */ line, /** @type {number} */ from, /** @type {1 | -1} */ step) {
  for (let steps = 1; steps <= line.length; steps += 1) {
    const found = line[(from + step * steps + line.length * steps) % line.length];
    if (found) return found;
  }
  return undefined;
}

/**
 * Mark the chosen element. Only it is in the tab order, or the first element if none is chosen.
 * @param {HTMLElement[]} elements
 * @param {(element: HTMLElement) => boolean} isChosen
 * @param {"aria-checked" | "aria-selected"} attribute
 */
export function markChosen(elements, isChosen, attribute) {
  const chosen = elements.find(isChosen);
  for (const element of elements) {
    element.setAttribute(attribute, String(element === chosen));
    element.tabIndex = element === (chosen ?? elements[0]) ? 0 : -1;
  }
}
