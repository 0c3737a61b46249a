// The foot of the gallery: what can be done with the selected clips, and what was done, with the way back.

import { h, onClick, setText } from "../shared/dom.js";
import { nameOf } from "./words.js";
import { icon } from "./icons.js";

const DONE = { deleted: ["gallery.deleted.one", "gallery.deleted.many"], restored: ["gallery.restored.one", "gallery.restored.many"] };

/**
 * @param {{
 *   say: import("../shared/types.js").Say,
 *   model: import("@anywidget/types").AnyModel<any>,
 *   store: import("./store.js").Store,
 *   hear(words: string): void,
 *   signal: AbortSignal,
 *   choose(ids: string[]): void,
 *   chosen(): string[],
 *   remove(ids: string[]): void,
 *   compare(): void,
 * }} props
 */
export function createFoot({ say, model, store, hear, choose, chosen, remove, compare }) {
  const button = (/** @type {string} */ label, /** @type {() => void} */ act, kind = "") =>
    h("button", { class: kind, onclick: act }, label);
  const count = h("span", { class: "ww-count" });
  const side = button("", compare, "ww-main");
  const star = button(say("gallery.star"), () => {
    const isOn = !chosen().every((id) => store.item(id)?.star);
    store.mark(chosen(), { star: isOn });
  });
  const away = button("", () => remove(chosen()));
  const none = button(say("gallery.unselect"), () => choose([]), "ww-quiet");
  const selection = h("div", { class: "ww-row" }, count, none, side, star, away);
  const words = h("span", { class: "ww-said", dir: "auto" });
  const undo = button(say("gallery.undo"), () => {});
  const close = h("button", { class: "ww-quiet ww-close", "aria-label": say("close") }, icon("close"));
  onClick(close, () => tell(""));
  const said = h("div", { class: "ww-row", hidden: true }, words, undo, close);
  const node = h("footer", {}, said, selection);
  let [hasWords, isLarge] = [false, false];

  const show = () => {
    const number = chosen().length;
    selection.hidden = isLarge || number === 0;
    said.hidden = !hasWords;
    node.hidden = selection.hidden && said.hidden;
    setText(count, say("gallery.selected", { count: number }));
    side.hidden = number < 2;
    setText(side, say("gallery.compare", { count: number }));
    const areDeleted = model.get("deleted");
    setText(away, say(areDeleted ? "gallery.restore" : "gallery.delete"));
  };
  /** Say something; the empty text takes it away. @param {string} text @param {(() => void) | null} [back]  undoes it */
  const tell = (text, back = null) => {
    hasWords = text !== "";
    setText(words, text);
    undo.hidden = back === null;
    undo.onclick = back;
    if (text) hear(text);
    show();
  };

  return {
    node,
    tell,
    update(/** @type {boolean} */ large) {
      isLarge = large;
      show();
    },
    /** Clips were deleted or restored. @param {{ kind: "deleted" | "restored", done: string[], kept: Record<string, string> }} message */
    removed({ kind, done, kept }) {
      const [first = ""] = done;
      const one = store.item(first);
      const name = one ? nameOf(one).slice(0, 60) : first;
      const [single = "", several = ""] = DONE[kind];
      const sentence = done.length === 0 ? "" : done.length === 1 ? say(single, { name }) : say(several, { count: done.length });
      const back = () => {
        tell("");
        model.send({ kind: kind === "deleted" ? "restore" : "delete", ids: done });
      };
      const reasons = [...new Set(Object.values(kept))];
      tell([sentence, ...reasons].filter(Boolean).join("\n"), done.length > 0 ? back : null);
    },
  };
}
