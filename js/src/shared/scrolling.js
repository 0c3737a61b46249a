// Whether somebody scrolls through the page, or through a part of it, and what can wait until nobody does.

const REST = 120; // ms without a movement

/** @type {Node | undefined} */
let moved; // last
let at = 0; // when

const note = (/** @type {Event} */ { target }) => {
  [moved, at] = [/** @type {Node} */ (target), performance.now()];
};
document.addEventListener("scroll", note, { capture: true, passive: true });

/** Whether an element moves over the screen now. A log that scrolls beside it does not count. */
function isScrolling(/** @type {Node} */ element) {
  return performance.now() - at < REST && moved?.contains(element);
}

/**
 * Do something as soon as an element no longer moves over the screen, and at the latest after `patience` milliseconds.
 * @param {Node} element @param {() => void} job
 */
export function whenStill(element, job, patience = Infinity) {
  if (patience > 0 && isScrolling(element)) setTimeout(whenStill, REST, element, job, patience - REST);
  else job();
}

const whenIdle = globalThis.requestIdleCallback ?? ((/** @type {() => void} */ callback) => setTimeout(callback, REST));
/** @type {Set<() => void>} */
const waiting = new Set();

/** Do something when the browser has time and nobody scrolls. */
export function atRest(/** @type {() => void} */ job) {
  if (waiting.add(job).size === 1) whenIdle(work);
}

function work(/** @type {IdleDeadline | undefined} */ deadline) {
  const isStill = performance.now() - at >= REST;
  try {
    for (const job of isStill ? waiting : []) {
      waiting.delete(job);
      job();
      if (deadline && deadline.timeRemaining() < 4) break;
    }
  } finally {
    if (waiting.size) setTimeout(() => whenIdle(work), isStill ? 0 : REST); // also after a job that failed
  }
}
