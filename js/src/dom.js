// Making elements. Text from outside goes in as text, never as HTML.

/**
 * An element with properties, `on…` listeners, `aria-…`/`role`/`data-…` attributes and children.
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} tag
 * @param {Record<string, any>} [props]
 * @param {...(Node | string | null)} children
 * @returns {HTMLElementTagNameMap[K]}
 */
export function h(tag, props = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (name === "class") node.className = value;
    else if (name.includes("-") || name === "role" || name === "for") node.setAttribute(name, value);
    else Object.assign(node, { [name]: value });
  }
  node.append(...children.filter((child) => child !== null));
  return node;
}

/** Change a node's text only where it differs, so that screen readers and selections are left alone. */
export function setText(/** @type {Node} */ node, /** @type {string} */ text) {
  if (node.textContent !== text) node.textContent = text;
}

/** Set an attribute, or take it away for `null`. */
export function setAttribute(
  /** @type {Element} */ node,
  /** @type {string} */ name,
  /** @type {string | null} */ value,
) {
  if (value === null) node.removeAttribute(name);
  else if (node.getAttribute(name) !== value) node.setAttribute(name, value);
}

let ids = 0;

/** An id that no other element of the page has, for labels and descriptions. */
export function freshId() {
  ids += 1;
  return `ww-${ids}-${Math.random().toString(36).slice(2, 8)}`;
}

/** A random id for a submission or a wish. */
export function token() {
  return Array.from(crypto.getRandomValues(new Uint8Array(12)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** JupyterLab's command mode would take keys typed on our buttons for its own: `b` would insert a cell. */
export function keepKeys(/** @type {HTMLElement} */ root) {
  root.addEventListener("keydown", (event) => {
    const saves = (event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "s"; // saving is meant for the notebook
    if (!saves) event.stopPropagation();
  });
  for (const type of ["keypress", "keyup"]) root.addEventListener(type, (event) => event.stopPropagation());
}

/** A rectangle of a clip's shape, all of about the same area. */
export function shape(/** @type {number} */ width, /** @type {number} */ height, /** @type {number} */ size) {
  const scale = size / Math.sqrt(width * height);
  const node = h("span", { class: "ww-shape", "aria-hidden": "true" });
  node.style.width = `${Math.round(width * scale)}px`;
  node.style.height = `${Math.round(height * scale)}px`;
  return node;
}
