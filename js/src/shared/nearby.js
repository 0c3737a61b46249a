// What is on the screen, or near it.

const MARGIN = "600px 0px"; // about as far as one turn of the wheel

/** @typedef {(element: Element, listener: (isNear: boolean) => void) => void} Nearby */

/**
 * Tells of elements when they come near to the visible part of the page, and when they leave it. One observer serves
 * all of them, because a notebook may have hundreds. It computes in each frame where each of them is, so it does not
 * observe those whose content the browser skips (`content-visibility: auto`), which are far away.
 * @param {AbortSignal} signal @returns {Nearby}
 */
export function nearby(signal) {
  /** @type {WeakMap<Element, (isNear: boolean) => void>} */
  const listeners = new WeakMap();
  const options = { rootMargin: MARGIN, scrollMargin: MARGIN }; // the second for panes that scroll, where it is known
  const observer = new IntersectionObserver((entries) => {
    for (const { target, isIntersecting } of entries) {
      listeners.get(target)?.(isIntersecting);
      if (!isIntersecting && isSkipped(target)) observer.unobserve(target);
    }
  }, options);
  signal.addEventListener("abort", () => observer.disconnect());
  return (element, listener) => {
    listeners.set(element, listener);
    observer.observe(element);
    element.addEventListener("contentvisibilityautostatechange", (/** @type {any} */ { target, skipped }) => {
      if (target !== element || signal.aborted) return;
      if (!skipped) return observer.observe(element); // it tells at once where it is
      observer.unobserve(element);
      return listener(false);
    });
  };
}

/**
 * Whether the browser skips what is in an element, and will tell of it. It tells nothing of an element that is skipped
 * with all that is around it, such as a tile in a cell that is far away, nor of one in a hidden tab.
 */
const isSkipped = (/** @type {Element} */ element) =>
  "ContentVisibilityAutoStateChangeEvent" in window &&
  getComputedStyle(element).contentVisibility === "auto" &&
  element.checkVisibility({ contentVisibilityAuto: true }) &&
  element.firstElementChild?.checkVisibility({ contentVisibilityAuto: true }) === false;
