// Putting a widget into the page.

import { swallowDrops } from "./dragging.js";
import { keepFocus } from "./focus.js";
import { keepKeys } from "./keys.js";
import { addStyle } from "./style.js";

// What front ends and ipywidgets put around a widget.
const FRAMES = "[class*=jp-OutputArea], [class*=widget-]";

/** Show a widget in the element that the front end made for it. */
export function place(/** @type {HTMLElement} */ root, /** @type {HTMLElement} */ el, /** @type {AbortSignal} */ signal) {
  keepKeys(root, signal);
  keepFocus(root, signal);
  swallowDrops(root);
  addStyle(el);
  el.classList.add("ww-holder");
  el.append(root);
  markFrames(el, signal);
}

/**
 * Mark the elements around a widget, for the style. With `:has()` the browser would look through all that is in them
 * whenever a word in it changes.
 */
function markFrames(/** @type {HTMLElement} */ el, /** @type {AbortSignal} */ signal) {
  const hasForm = el.querySelector(".ww-footer") !== null;
  const observer = new ResizeObserver(() => {
    for (let node = el.parentElement; node; node = node.parentElement) {
      if (!node.matches(FRAMES)) continue;
      node.classList.add("ww-has-widget");
      if (hasForm) node.classList.add("ww-has-form");
    }
  });
  observer.observe(el); // its size changes when it comes into the page
  signal.addEventListener("abort", () => observer.disconnect());
}
