// What is on the screen, or near it.

const MARGIN = "600px 0px"; // about as far as one turn of the wheel
const WIDE = "8000px 0px"; // farther than a group is high
const GROUP = 5;

/** @typedef {(element: Element, listener: (isNear: boolean) => void, signal: AbortSignal) => void} Near */

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
  /** The part that scrolls, `null` for the page itself; `undefined` while the node is not seen. @type {Element | null | undefined} */
  let pane;
  /** @type {IntersectionObserver | undefined} */
  let close;
  /** @type {IntersectionObserver | undefined} */
  let wide;
  /** @type {Element[]} */
  let list = [];
  const observe = (/** @type {string} */ rootMargin, /** @type {(element: Element, isInside: boolean) => void} */ tell) =>
    new IntersectionObserver((entries) => entries.forEach((each) => tell(each.target, each.isIntersecting)), {
      root: pane ?? null,
      rootMargin,
    });
  const stop = () => {
    [close, wide].forEach((each) => each?.disconnect());
    pane = close = wide = undefined;
  };
  const group = () => {
    wide?.disconnect();
    list.filter((_, at) => at % GROUP === 0).forEach((first) => wide?.observe(first));
  };
  /** A group has come from far away, or has gone there. */
  const take = (/** @type {Element} */ first, /** @type {boolean} */ isInside) => {
    if (look()) return;
    const at = list.indexOf(first);
    for (const each of list.slice(at, at + GROUP)) {
      if (isInside) close?.observe(each);
      else {
        close?.unobserve(each);
        listeners.get(each)?.(false);
      }
    }
  };
  /** Whether another part of the page scrolls now. Then all is observed anew. @type {() => boolean} */
  const look = () => {
    const found = paneOf(node);
    if (found === pane || !node.isConnected) return false;
    stop();
    pane = found;
    close = observe(MARGIN, (element, isNear) => listeners.get(element)?.(isNear));
    listeners.forEach((_, each) => close?.observe(each));
    if (pane) wide = observe(WIDE, take); // else what is around the page may cut off what is far away
    group();
    return true;
  };
  const seen = new IntersectionObserver((entries) => {
    if (entries.at(-1)?.isIntersecting) return void look();
    stop();
    listeners.forEach((listener) => listener(false));
  });
  seen.observe(node);
  const sizes = new ResizeObserver(() => close && look());
  sizes.observe(node);
  signal.addEventListener("abort", () => {
    stop();
    seen.disconnect();
    sizes.disconnect();
  });
  return {
    /** @type {Near} */
    near(element, listener, signal) {
      listeners.set(element, listener);
      close?.observe(element);
      signal.addEventListener("abort", () => {
        listeners.delete(element);
        close?.unobserve(element);
      });
    },
    /** These are all of a list, one below the other. To be called again when it has changed. */
    order(/** @type {Element[]} */ elements) {
      list = elements;
      group();
    },
  };
}

/** The innermost part of the page that scrolls with a node in it; `null` for the page itself. */
function paneOf(/** @type {Element} */ node) {
  for (let each = node.parentElement; each && each !== document.body; each = each.parentElement) {
    if (each.scrollHeight > each.clientHeight + 1 && /auto|scroll/.test(getComputedStyle(each).overflowY)) return each;
  }
  return null;
}
