// What is on the screen, or near it.

const MARGIN = "600px 0px"; // about as far as one turn of the wheel
const WIDE = "8000px 0px"; // farther than a group is high
const GROUP = 5;

/** @typedef {(element: Element, listener: (isNear: boolean) => void) => void} Near */

/**
 * Tells of elements in a node when they come near to the visible part of the page, and when they leave it. Where they
 * are is computed in each frame, and there may be hundreds. So they are observed from the part of the page that scrolls:
 * what is around it costs nothing then, and does not cut off what is near. Of a list, the first of each group is
 * observed, and the others of the groups that are not far away. While the node is not seen, nothing is near.
 * @param {Element} node @param {AbortSignal} signal
 */
export function nearby(node, signal) {
  /** @type {Map<Element, (isNear: boolean) => void>} */
  const listeners = new Map();
  /** The part that scrolls, `null` for the page itself; `undefined` while the node is not seen. */
  /** @type {Element | null | undefined} */
  let pane;
  /** @type {IntersectionObserver | undefined} */
  let close;
  /** @type {IntersectionObserver | undefined} */
  let wide;
  /** @type {Element[]} */
  let list = [];
  /** @type {WeakMap<Element, Element[]>} */
  const groups = new WeakMap();
  const observe = (/** @type {string} */ rootMargin, /** @type {(element: Element, isInside: boolean) => void} */ tell) =>
    new IntersectionObserver((entries) => entries.forEach((each) => tell(each.target, each.isIntersecting)), {
      root: pane ?? null,
      rootMargin,
    });
  const stop = () => [close, wide].forEach((each) => each?.disconnect());
  const group = () => {
    wide?.disconnect();
    list.forEach((first, at) => {
      if (at % GROUP) return;
      groups.set(first, list.slice(at, at + GROUP));
      wide?.observe(first);
    });
  };
  const look = () => {
    const found = paneOf(node);
    if (found === pane) return;
    stop();
    pane = found;
    close = observe(MARGIN, (element, isNear) => listeners.get(element)?.(isNear));
    for (const each of listeners.keys()) {
      if (each.isConnected) close.observe(each);
      else listeners.delete(each);
    }
    // Without such a part, what is around the page may cut off what is far away.
    wide = pane ? observe(WIDE, (first, isInside) => {
      for (const each of groups.get(first) ?? []) {
        if (isInside) close?.observe(each);
        else {
          close?.unobserve(each);
          listeners.get(each)?.(false);
        }
      }
    }) : undefined;
    group();
  };
  const seen = new IntersectionObserver((entries) => {
    if (entries.at(-1)?.isIntersecting) return look();
    pane = undefined;
    stop();
    listeners.forEach((listener) => listener(false));
  });
  seen.observe(node);
  const sizes = new ResizeObserver(() => pane !== undefined && look()); // it may scroll now, or no longer
  sizes.observe(node);
  signal.addEventListener("abort", () => [seen, sizes, close, wide].forEach((each) => each?.disconnect()));
  return {
    /** @type {Near} */
    near(element, listener) {
      listeners.set(element, listener);
      if (pane !== undefined) close?.observe(element);
    },
    /** These are all of a list, one below the other. To be called again when it has changed. */
    order(/** @type {Element[]} */ elements) {
      list = elements;
      if (pane !== undefined) group();
    },
  };
}

/** The innermost part of the page that scrolls with a node in it; `null` for the page itself. */
function paneOf(/** @type {Element} */ node) {
  let each = node.parentElement;
  while (each && !(each.scrollHeight > each.clientHeight + 1 && /auto|scroll/.test(getComputedStyle(each).overflowY))) {
    each = each.parentElement;
  }
  return each === document.documentElement || each === document.body ? null : each;
}
