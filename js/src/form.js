// The form. It shows the traits of a VideoForm and writes every edit into them.
// It sends { kind: "generate", id, values }, { kind: "adapt" } after another model was chosen, and the messages of
// picker.js, recipes.js, sending.js and thumbnails.js.

import { hearFiles, receiver } from "./form/drops.js";
import { lay, makeParts } from "./form/layout.js";
import { orderer, VALUES } from "./form/generate.js";
import { createHistory } from "./form/history.js";
import { writer } from "./form/parts.js";
import { recipeFiller } from "./form/recipes.js";
import { updater } from "./form/update.js";
import { place } from "./shared/frame.js";
import { guarded } from "./shared/kernel.js";
import { isOrder, onKeys } from "./shared/keys.js";
import { spoken } from "./shared/language.js";
import { serviceBar } from "./service/bar.js";
import { stay } from "./shared/stay.js";

/**
 * @param {import("./shared/types.js").Say} say @param {import("./form/layout.js").Model} bare @param {HTMLElement} el
 * @param {AbortSignal} signal @param {import("./form/history.js").History} history
 */
function draw(say, bare, el, signal, history) {
  const model = guarded(bare, () => {
    state.gone = true;
    parts.foot.show("idle");
    update();
  });
  const write = writer(model, history, signal);
  /** @type {import("./form/update.js").State} */
  const state = { attempted: new Set(), refusal: "", question: "", isEarly: false, silent: false, gone: false };
  const press = orderer(model, write, signal, state, { parts: () => parts, update: () => update(), root: () => root });
  const parts = makeParts(model, say, write, history, signal, press);
  parts.foot.onAnswer((sure) => {
    state.question = "";
    update();
    if (sure) press({ sure });
  });
  const { root, body } = lay(parts, serviceBar(model, say, signal));
  const update = updater(model, parts, root, body, say, state);
  const files = receiver(model, parts, parts.desk, recipeFiller(model, write, history));
  hearFiles(root, files, parts, say);
  parts.recipes.hear((chosen) => files.receive(chosen, ""));
  model.on("change:mode", parts.notice.hide); // the notice was about the other mode
  root.addEventListener("focusout", write.settle);
  onKeys(root, (event) => {
    if (isOrder(event)) {
      event.preventDefault();
      press();
    }
    if (parts.seed.isSound() && parts.extra.isSound() && parts.undo.take(event)) event.preventDefault();
  });
  for (const name of VALUES) model.on(`change:${name}`, () => write.keep(name)); // before the values are shown
  for (const name of /** @type {const} */ ([...VALUES, "_service", "_offers", "_kinds", "_problems", "_remark", "_quote", "_budgets"])) {
    model.on(`change:${name}`, update);
  }
  for (const name of VALUES) {
    model.on(`change:${name}`, () => {
      if (!state.question) return;
      state.question = ""; // the question was about other values
      update();
    });
  }
  parts.thumbnails.listen(update);
  parts.desk.sender.listen(update);
  history.listen(update, signal);
  update();
  place(root, el, signal);
  return (/** @type {() => void} */ go) => {
    write.settle();
    parts.desk.sender.whenFree(go);
  };
}

export default () => {
  /** @type {import("./form/history.js").History} */
  let history;
  return {
    /** @param {{ model: import("./form/layout.js").Model, signal: AbortSignal }} props */
    initialize({ model, signal }) {
      stay(model, signal);
      history = createHistory(guarded(model, () => {}));
      const { replace, announce } = history;
      return { replace, announce };
    },
    /** @param {{ model: import("./form/layout.js").Model, el: HTMLElement, signal: AbortSignal }} props */
    render: (props) => spoken(props, (say, model, signal) => draw(say, model, props.el, signal, history)),
  };
};
