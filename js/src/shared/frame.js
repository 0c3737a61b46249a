// Putting a widget into the page.

import { keepKeys } from "./keys.js";

/** Show a widget in the element that the front end made for it. */
export function place(/** @type {HTMLElement} */ root, /** @type {HTMLElement} */ el, /** @type {AbortSignal} */ signal) {
  keepKeys(root, signal);
  el.classList.add("ww-frame");
  el.append(root);
}
