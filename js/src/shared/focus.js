// The keyboard's focus. When the control that has it goes, the browser would give it to the page, and the next press of
// Tab would begin anew.

import { onEnd } from "./dom.js";

const HOMES = "input:not([type=file]), textarea, .ww-generate";

const isSeen = (/** @type {Element} */ node) => node.isConnected && node.checkVisibility();

/** The element of `around` that gets the focus: itself if it can have it, else its first field or Generate. */
function homeIn(/** @type {HTMLElement} */ around) {
  if (around.tabIndex === -1 && around.hasAttribute("tabindex")) return around;
  return [.../** @type {NodeListOf<HTMLElement>} */ (around.querySelectorAll(HOMES))].find(isSeen);
}

/** Keep the focus near a control of the widget that goes away. */
export function keepFocus(/** @type {HTMLElement} */ root, /** @type {AbortSignal} */ signal) {
  /** @type {HTMLElement[]} */
  let chain = []; // the element with the focus, and what is around it
  root.addEventListener("focusin", ({ target }) => {
    chain = [];
    for (let node = /** @type {HTMLElement | null} */ (target); node && node !== root; node = node.parentElement) chain.push(node);
    chain.push(root);
  });
  root.addEventListener("focusout", () => {
    queueMicrotask(() => {
      if (chain[0] !== document.activeElement && chain[0] && isSeen(chain[0])) chain = []; // the user went elsewhere
    });
  });
  const observer = new MutationObserver(() => {
    const [held, ...around] = chain;
    if (!held || isSeen(held)) return;
    chain = [];
    if (document.activeElement !== held && document.activeElement !== document.body) return;
    for (const node of around.filter(isSeen)) {
      const home = homeIn(node);
      if (home) return home.focus({ preventScroll: true });
    }
  });
  observer.observe(root, { subtree: true, childList: true, attributes: true, attributeFilter: ["hidden", "class", "open"] });
  onEnd(signal, () => observer.disconnect());
}
