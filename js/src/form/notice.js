// A notice in the foot of the form, where it is seen from every part: a text, and what may be done about it.

import { h, icon, onClick, setText } from "../shared/dom.js";

/** @param {import("../shared/types.js").Say} say */
export function noticeBar(say) {
  const words = h("p", { role: "alert", hidden: true });
  const choices = h("span", { class: "ww-choices" });
  const close = h("button", { class: "ww-icon", "aria-label": say("close"), title: say("close") }, icon("close"));
  const node = h("div", { class: "ww-notice", hidden: true }, words, choices, close);
  const hide = () => {
    node.hidden = words.hidden = true;
    setText(words, "");
  };
  onClick(close, hide);
  return {
    node,
    hide,
    /** @param {string} text @param {{ label: string, act: () => void }[]} [actions] */
    show(text, actions = []) {
      const press = (/** @type {() => void} */ act) => () => {
        hide();
        act();
      };
      choices.replaceChildren(
        ...actions.map(({ label, act }) => h("button", { onclick: press(act) }, label)),
      );
      choices.hidden = actions.length === 0;
      setText(words, text);
      node.hidden = words.hidden = false;
    },
  };
}
