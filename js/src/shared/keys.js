// Keys. A key that is pressed in a widget does what the widget says, and nothing in the notebook around it. While an
// input method composes a word, the widget leaves all keys to it.

// JupyterLab and Notebook look for this attribute at the focused element before they act on a key.
const KEPT = "data-lm-suppress-shortcuts";
const S = 83; // the code of this key is the same with Cyrillic letters, and the front ends go by it too

/** Whether an input method has the key. In Safari, the key that ends the word is told by the number 229 alone. */
const isComposing = (/** @type {KeyboardEvent} */ event) => event.isComposing || event.keyCode === 229;

/** Act on the keys that are pressed in a node, but not while a word is composed. */
export function onKeys(/** @type {HTMLElement} */ node, /** @type {(event: KeyboardEvent) => void} */ act) {
  node.addEventListener("keydown", (event) => {
    if (!isComposing(event)) act(event);
  });
}

/** Whether no other key is held down. With other keys, it may be a command of the browser or of a screen reader. */
export const isAlone = (/** @type {KeyboardEvent} */ event) =>
  !event.altKey && !event.ctrlKey && !event.metaKey && !event.shiftKey;

/** Whether it is Ctrl+Enter, or ⌘ Enter on a Mac. With Alt it is another command: AltGr is Ctrl and Alt. */
export const isOrder = (/** @type {KeyboardEvent} */ event) =>
  event.key === "Enter" && (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey && !event.repeat;

const isSave = (/** @type {KeyboardEvent} */ event) =>
  (event.ctrlKey || event.metaKey) && !event.altKey && (event.keyCode === S || event.key.toLowerCase() === "s");

/** Keep the keys from the notebook's commands: `b` on a button would insert a cell. Saving the notebook still works. */
export function keepKeys(/** @type {HTMLElement} */ root, /** @type {AbortSignal} */ signal) {
  // Notebook 7 acts on a key before the key arrives at the widget, so the element is marked earlier, at the window.
  const mark = (/** @type {KeyboardEvent} */ event) => {
    const { target } = event;
    if (target instanceof Element && root.contains(target)) target.toggleAttribute(KEPT, !isSave(event));
  };
  window.addEventListener("keydown", mark, { capture: true, signal });
  root.addEventListener("keydown", (event) => {
    if (!isSave(event)) event.stopPropagation();
  });
  for (const type of ["keypress", "keyup"]) root.addEventListener(type, (event) => event.stopPropagation());
}
