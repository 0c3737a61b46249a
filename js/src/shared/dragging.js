// Drags over a widget. The browser would leave the notebook for a file or a link that nothing takes.

/** Swallow what nothing in the widget has taken. Text can still be dropped into its fields. */
export function swallowDrops(/** @type {HTMLElement} */ root) {
  const swallow = (/** @type {DragEvent} */ event) => {
    const isField = /** @type {Element} */ (event.target).matches("input, textarea");
    if (event.defaultPrevented || (isField && !event.dataTransfer?.types.includes("Files"))) return;
    event.preventDefault();
    if (event.dataTransfer) event.dataTransfer.dropEffect = "none"; // the pointer shows it
  };
  for (const type of /** @type {const} */ (["dragover", "drop"])) root.addEventListener(type, swallow);
}

/** Hand what is dragged beside the form to the form, as if it were there. */
export function passDrags(/** @type {HTMLElement} */ root, /** @type {HTMLElement} */ slot) {
  const pass = (/** @type {DragEvent} */ event) => {
    const { type, target, dataTransfer, relatedTarget } = event;
    if (slot.contains(/** @type {Node} */ (target)) || !dataTransfer?.types.includes("Files")) return;
    const copy = new DragEvent(type, { dataTransfer, relatedTarget, cancelable: true });
    if (!slot.firstElementChild?.dispatchEvent(copy)) event.preventDefault();
  };
  for (const type of /** @type {const} */ (["dragenter", "dragover", "dragleave", "drop"])) root.addEventListener(type, pass);
}
