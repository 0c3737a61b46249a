// What stands in place of the tiles if there are none: why, and what can be done.

import { h, setText } from "../shared/dom.js";

/** @param {import("../shared/types.js").Say} say @param {import("@anywidget/types").AnyModel<any>} model @param {import("./store.js").Store} store */
export function createStates(say, model, store) {
  const words = h("p", { dir: "auto" });
  const clear = button("gallery.clear", () => model.send({ kind: "clear" }));
  const again = button("gallery.again", () => model.send({ kind: "renew" }));
  const everywhere = button("gallery.none.everywhere", () => {
    model.set("where", "everywhere");
    model.save_changes();
  });
  const node = h("div", { class: "ww-nothing" }, words, h("div", { class: "ww-actions" }, clear, everywhere, again));

  function button(/** @type {string} */ label, /** @type {() => void} */ act) {
    return h("button", { onclick: act }, say(label));
  }

  return {
    node,
    update(/** @type {boolean} */ isLarge) {
      const list = store.list();
      const isFiltered = isNarrowed(model);
      node.hidden = isLarge || !list || (list.total > 0 && !list.trouble);
      if (node.hidden) return;
      const reason = isFiltered ? "gallery.nothing" : model.get("where") === "everywhere" ? "gallery.none.anywhere" : "gallery.none";
      setText(words, list?.trouble || say(reason));
      node.classList.toggle("ww-troubled", Boolean(list?.trouble));
      clear.hidden = !isFiltered;
      everywhere.hidden = Boolean(list?.trouble) || isFiltered || model.get("where") === "everywhere";
      again.hidden = !list?.trouble;
    },
  };
}

/** Whether a search or a filter leaves orders out. */
export const isNarrowed = (/** @type {import("@anywidget/types").AnyModel<any>} */ model) =>
  Boolean(model.get("search").trim()) || model.get("starred") || countOf(model) > 0;

/** How many filters of the second row are set. */
export const countOf = (/** @type {import("@anywidget/types").AnyModel<any>} */ model) =>
  ["provider", "model", "mode", "tag"].filter((name) => model.get(name) !== null).length +
  Number(model.get("status") !== "completed") + Number(model.get("deleted"));
