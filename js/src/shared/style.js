// The styles of all widgets. They come with the code and are put into a page once.

// @ts-expect-error
const [STYLE, VERSION] = /** @type {[string, string]} */ ([__STYLE__, __VERSION__]); // the build writes both
const ID = `wan-widgets-${VERSION}`;

/**
 * Put styles where they reach the element: into its shadow tree, if it is in one. Those of a part have its name.
 * @param {HTMLElement} element @param {string} [text] @param {string} [part]
 */
export function addStyle(element, text = STYLE, part = "") {
  const tree = element.getRootNode();
  const place = tree instanceof ShadowRoot ? tree : document.head;
  const id = ID + part;
  if (place.querySelector(`#${id}`)) return;
  const style = document.createElement("style");
  Object.assign(style, { id, textContent: text });
  place.append(style);
}
