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
  if (!el.classList.contains("ww-holder")) markFrames(el); // it may have spoken another language before
  el.classList.add("ww-holder");
  el.append(root);
}

/**
 * Mark the elements around a widget, for the style. With `:has()` the browser would look through all that is in them
 * whenever a word in it changes. A box may hold something else later, so this goes on until the widget's element is gone.
 */
function markFrames(/** @type {HTMLElement} */ el) {
  /** @type {Set<Element>} */
  const frames = new Set();
  const mark = () => {
    for (let node = el.parentElement; node; node = node.parentElement) if (node.matches(FRAMES)) frames.add(node);
    for (const node of frames) {
      node.classList.toggle("ww-has-widget", !!node.querySelector(".ww-holder"));
      node.classList.toggle("ww-has-form", !!node.querySelector(".ww-footer"));
    }
  };
  new ResizeObserver(mark).observe(el); // its size changes when it comes into the page, and when it leaves it
}
