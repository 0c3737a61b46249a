// Putting a widget into the page.

import { swallowDrops } from "./dragging.js";
import { keepFocus } from "./focus.js";
import { keepKeys } from "./keys.js";
import { addStyle } from "./style.js";

/** Show a widget in the element that the front end made for it. */
export function place(/** @type {HTMLElement} */ root, /** @type {HTMLElement} */ el, /** @type {AbortSignal} */ signal) {
  keepKeys(root, signal);
  keepFocus(root, signal);
  swallowDrops(root);
  addStyle(el);
  el.classList.add("ww-holder");
  el.append(root);
}
