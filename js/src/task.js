// The view of one task. It shows the trait `_cards` of a TaskView.
// It sends { kind: "cancel" | "fetch" | "follow" | "save", key } and the messages of the clips and pictures.

import { cardList } from "./cards/cards.js";
import { shareViews } from "./cards/shared.js";
import { h } from "./shared/dom.js";
import { place } from "./shared/frame.js";
import { spoken } from "./shared/language.js";
import { stay } from "./shared/stay.js";

/** @typedef {import("./shared/types.js").TaskTraits} Traits */

export default () => {
  /** @type {import("./cards/shared.js").Shared} */
  let shared;
  return {
    /** @param {import("@anywidget/types").InitializeProps<Traits>} props */
    initialize({ model, signal }) {
      stay(model, signal);
      shared = shareViews(model);
    },
    /** @param {import("@anywidget/types").RenderProps<Traits>} props */
    render: (props) =>
      spoken(props, (say, model, signal) => {
        const cards = cardList({ ...shared, say, model, signal, edit: null, again: false });
        const root = h("section", { class: "ww ww-task", tabIndex: -1, "aria-label": say("tasks") }, cards.node);
        place(root, props.el, signal);
      }),
  };
};
