// The styles of all widgets. They come with the code and are put into a page once.

// @ts-expect-error
const [STYLE, VERSION] = /** @type {[string, string]} */ ([__STYLE__, __VERSION__]); // the build writes both
const ID = `wan-widgets-${VERSION}`;

/** Put the styles where they reach the element: into its shadow tree, if it is in one. */
export const addStyle = (/** @type {HTMLElement} */ element) => addText(element, ID, STYLE);

/** Put the styles of a part there too. */
export const addPart = (/** @type {HTMLElement} */ element, /** @type {string} */ name, /** @type {string} */ text) =>
  addText(element, `${ID}-${name}`, text);

function addText(/** @type {HTMLElement} */ element, /** @type {string} */ id, /** @type {string} */ text) {
  const tree = element.getRootNode();
  const place = tree instanceof ShadowRoot ? tree : document.head;
  if (place.querySelector(`#${id}`)) return;
  const style = document.createElement("style");
  Object.assign(style, { id, textContent: text });
  place.append(style);
}
