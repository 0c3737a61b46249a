// Whether somebody scrolls through the page, or through a part of it.

const REST = 120; // ms without a movement

/** @type {Node | undefined} */
let moved; // last
let at = 0; // when

const note = (/** @type {Event} */ { target }) => {
  [moved, at] = [/** @type {Node} */ (target), performance.now()];
};
document.addEventListener("scroll", note, { capture: true, passive: true });

/** Whether an element moves over the screen now. A log that scrolls beside it does not count. */
export function isScrolling(/** @type {Node} */ element) {
  return performance.now() - at < REST && moved?.contains(element);
}
