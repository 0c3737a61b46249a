// The styles of all widgets. They come with the code and are put into a page once.

// @ts-expect-error
const [STYLE, VERSION] = /** @type {[string, string]} */ ([__STYLE__, __VERSION__]); // the build writes both
const ID = `wan-widgets-${VERSION}`;

/** Put the styles where they reach the element: into its shadow tree, if it is in one. */
export function addStyle(/** @type {HTMLElement} */ element) {
  const tree = element.getRootNode();
  const place = tree instanceof ShadowRoot ? tree : document.head;
  if (place.querySelector(`#${ID}`)) return;
  const style = document.createElement("style");
  Object.assign(style, { id: ID, textContent: STYLE });
  place.append(style);
}
