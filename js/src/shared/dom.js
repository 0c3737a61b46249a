// Making elements. Text from outside is inserted as text, never as HTML.

/**
 * An element (a button submits no form) with properties, `on…` listeners, `aria-…`/`role`/`data-…` attributes and children.
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} tag
 * @param {Record<string, any>} [props]
 * @param {...(Node | string | null)} children
 * @returns {HTMLElementTagNameMap[K]}
 */
export function h(tag, props = {}, ...children) {
  const node = document.createElement(tag);
  if (tag === "button") node.setAttribute("type", tag);
  for (const [name, value] of Object.entries(props)) {
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (name === "class") node.className = value;
    else if (name.includes("-") || name === "role" || name === "for") node.setAttribute(name, value);
    else Object.assign(node, { [name]: value });
  }
  node.append(...children.filter((child) => child !== null));
  return node;
}

/** Call a listener whenever somebody presses a button, by the mouse or by a key. */
export function onClick(/** @type {EventTarget} */ node, /** @type {(event: any) => unknown} */ listener) {
  node.addEventListener("click", listener);
}

/** Call a listener when a signal is aborted: its widget, or its view, is gone. */
export function onEnd(/** @type {AbortSignal} */ signal, /** @type {() => unknown} */ listener) {
  signal.addEventListener("abort", listener);
}

/** Change a node's text only if it differs. Else screen readers would read it again, and selections would be lost. */
export function setText(/** @type {Node} */ node, /** @type {string} */ text) {
  if (node.textContent !== text) node.textContent = text;
}

/** Hide a node, or show it, if it is not so already. To hide what is hidden would compute its style again. */
export function hide(/** @type {HTMLElement} */ node, /** @type {HTMLElement["hidden"]} */ isHidden) {
  if (node.hidden !== isHidden) node.hidden = isHidden;
}

/** Set an attribute, or remove it for `null`. */
export function setAttribute(
  /** @type {Element} */ node,
  /** @type {string} */ name,
  /** @type {string | null} */ value,
) {
  if (value === null) node.removeAttribute(name);
  else if (node.getAttribute(name) !== value) node.setAttribute(name, value);
}

/** Fill a bar of progress. `percent` is null where it is not known. */
export function fillBar(/** @type {Element} */ bar, /** @type {number | null} */ percent) {
  /** @type {HTMLElement} */ (bar.firstElementChild).style.width = percent === null ? "" : `${percent}%`;
}

let ids = 0;

/** An id that no other element of the page has, for labels and descriptions. */
export function freshId() {
  ids += 1;
  return `ww-${ids}-${Math.random().toString(36).slice(2, 8)}`;
}

/** A random id for a submission, a file or a wish for a clip. */
export function token() {
  return Array.from(crypto.getRandomValues(new Uint8Array(12)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

const DRAWINGS = {
  file: "M8 10.5V2.5M4.5 6 8 2.5 11.5 6M2.5 10v3.5h11V10",
  image: "M2.5 3.5h11v9h-11zM3 11.5l3-3.5 2.5 2.5 2-2 2.5 3M10.7 6.2h.1",
  video: "M2.5 3.5h11v9h-11zM6.8 6v4l3.2-2z",
  audio: "M6 11.5V4l6-1.5V10M6 11.5a1.5 1.5 0 1 1-1.5-1.5A1.5 1.5 0 0 1 6 11.5zM12 10a1.5 1.5 0 1 1-1.5-1.5A1.5 1.5 0 0 1 12 10z",
  close: "M4 4l8 8M12 4l-8 8",
  down: "M4 6.5 8 10.5 12 6.5",
};

/** A small drawing beside a word or in place of one. Screen readers skip it, so its button needs a label. */
export const icon = (/** @type {keyof typeof DRAWINGS} */ name) => drawing(DRAWINGS[name]);

/** The same of a path, as SVG writes it. */
export function drawing(/** @type {string} */ lines) {
  const node = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  for (const [key, value] of Object.entries({ viewBox: "0 0 16 16", class: "ww-drawing", "aria-hidden": "true" })) {
    node.setAttribute(key, value);
  }
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  path.setAttribute("d", lines);
  node.append(path);
  return node;
}

/** A rectangle with the shape of a clip. All such rectangles have about the same area. */
export function shape(/** @type {number} */ width, /** @type {number} */ height, /** @type {number} */ size) {
  const scale = size / Math.sqrt(width * height);
  const node = h("span", { class: "ww-shape", "aria-hidden": "true" });
  node.style.width = `${Math.round(width * scale)}px`;
  node.style.height = `${Math.round(height * scale)}px`;
  return node;
}
