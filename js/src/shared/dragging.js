// Drags over a widget. The browser would leave the notebook for a file or a link that nothing takes.

/** A picture or a link of a web page. @typedef {{ address: string, name: string, type: string }} Link */

/**
 * Whether files, or a picture or link of a web page, are dragged. A text field takes a link as text, but a field for a
 * file takes it whole.
 */
export function isOurs(/** @type {DragEvent} */ { dataTransfer, target }) {
  const types = dataTransfer?.types ?? [];
  return types.includes("Files") || (types.includes("text/uri-list") && !isTextField(/** @type {Element} */ (target)));
}

const isTextField = (/** @type {Element} */ node) => node.matches("input, textarea") && !node.matches(".ww-source > *");

/** The picture or the link that is dropped. A picture without a name in its address has the type of all pictures. */
export function linkIn(/** @type {DataTransfer} */ data) {
  const lines = data.getData("text/uri-list").split(/\r?\n/);
  const address = lines.find((line) => line && !line.startsWith("#"));
  if (!address || !URL.canParse(address)) return null;
  const { pathname, protocol } = new URL(address);
  const name = protocol === "data:" ? "picture" : (pathname.split("/").at(-1) ?? "");
  const isPicture = protocol === "data:" || /<img\s/i.test(data.getData("text/html"));
  return { address, name, type: isPicture ? "image/" : "" };
}

/** The file behind a picture that only this page can read: one of a cell's output, or of Jupyter's own server. */
export async function fileOf(/** @type {Link} */ { address, name }) {
  const { origin, protocol } = new URL(address);
  if (origin !== location.origin && protocol !== "data:") return null;
  const answer = await fetch(address).catch(() => null);
  const content = answer?.ok ? await answer.blob() : new Blob();
  const ending = /\.\w+$/.test(name) ? "" : `.${content.type.replace(/.*\/|\+.*/g, "")}`;
  return new File([content], name + ending, { type: content.type });
}

/** Swallow what nothing in the widget has taken. Text can still be dropped into its fields. */
export function swallowDrops(/** @type {HTMLElement} */ root) {
  const swallow = (/** @type {DragEvent} */ event) => {
    const isField = /** @type {Element} */ (event.target).matches("input, textarea");
    if (event.defaultPrevented || (isField && !event.dataTransfer?.types.includes("Files"))) return;
    event.preventDefault();
    if (event.dataTransfer) event.dataTransfer.dropEffect = "none"; // the pointer shows it
  };
  for (const type of /** @type {const} */ (["dragover", "drop"])) root.addEventListener(type, swallow);
  root.addEventListener("dragstart", (event) => {
    if (event.target instanceof HTMLImageElement) event.preventDefault(); // our pictures are small copies
  });
}

/** Hand what is dragged or pasted beside the form to the form, as if it were there. */
export function passFiles(/** @type {HTMLElement} */ root, /** @type {HTMLElement} */ slot) {
  const pass = (/** @type {Event} */ event, /** @type {Event} */ copy) => {
    if (!slot.contains(/** @type {Node} */ (event.target)) && !slot.firstElementChild?.dispatchEvent(copy)) event.preventDefault();
  };
  for (const type of /** @type {const} */ (["dragenter", "dragover", "dragleave", "drop"])) {
    root.addEventListener(type, (event) => {
      const { dataTransfer, relatedTarget } = event;
      if (isOurs(event)) pass(event, new DragEvent(type, { dataTransfer, relatedTarget, cancelable: true }));
    });
  }
  root.addEventListener("paste", (event) => {
    const { clipboardData } = event;
    pass(event, new ClipboardEvent("paste", { clipboardData, cancelable: true }));
  });
}
