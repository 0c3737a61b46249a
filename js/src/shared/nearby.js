// What is on the screen, or near it.

const MARGIN = "600px 0px"; // about as far as one turn of the wheel

/** @typedef {(element: Element, listener: (isNear: boolean) => void) => void} Nearby */

/**
 * Tells of elements when they come near to the visible part of the page, and when they leave it. One observer serves
 * all of them, because a notebook may have hundreds.
 * @param {AbortSignal} signal @returns {Nearby}
 */
export function nearby(signal) {
  /** @type {WeakMap<Element, (isNear: boolean) => void>} */
  const listeners = new WeakMap();
  const options = { rootMargin: MARGIN, scrollMargin: MARGIN }; // the second for panes that scroll, where it is known
  const observer = new IntersectionObserver((entries) => {
    for (const { target, isIntersecting } of entries) listeners.get(target)?.(isIntersecting);
  }, options);
  signal.addEventListener("abort", () => observer.disconnect());
  return (element, listener) => {
    listeners.set(element, listener);
    observer.observe(element);
  };
}
