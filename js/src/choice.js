// Choosing one of several with the arrow keys: tabs, segments, and the two-dimensional size table.

/**
 * Arrow keys move and choose among the elements of a grid; one of them at a time is in the tab order.
 * @param {HTMLElement} group
 * @param {() => HTMLElement[][]} rows  the elements as they lie on the screen
 * @param {(chosen: HTMLElement) => void} choose
 */
export function arrowKeys(group, rows, choose) {
  group.addEventListener("keydown", (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const grid = rows();
    const row = grid.findIndex((cells) => cells.includes(/** @type {HTMLElement} */ (event.target)));
    const cells = grid[row];
    if (!cells) return;
    const column = cells.indexOf(/** @type {HTMLElement} */ (event.target));
    const next = target(event.key, grid, row, column);
    if (!next) return;
    event.preventDefault();
    next.focus();
    choose(next);
  });
}

/**
 * @param {string} key
 * @param {HTMLElement[][]} grid
 * @param {number} row
 * @param {number} column
 */
function target(key, grid, row, column) {
  const wrap = (/** @type {number} */ index, /** @type {number} */ count) => (index + count) % count;
  const cells = grid[row] ?? [];
  switch (key) {
    case "ArrowRight":
      return cells[wrap(column + 1, cells.length)];
    case "ArrowLeft":
      return cells[wrap(column - 1, cells.length)];
    case "ArrowDown":
      return grid.length > 1 ? grid[wrap(row + 1, grid.length)]?.[column] : cells[wrap(column + 1, cells.length)];
    case "ArrowUp":
      return grid.length > 1 ? grid[wrap(row - 1, grid.length)]?.[column] : cells[wrap(column - 1, cells.length)];
    case "Home":
      return grid[0]?.[0];
    case "End":
      return grid.at(-1)?.at(-1);
    default:
      return undefined;
  }
}

/**
 * Mark the chosen one, and leave just one in the tab order: it, or the first where none is chosen.
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
