// What the form's fields held before other values took their place, so that one click or key brings it back.
//
// A browser's own undo ends where a script sets a field. So whenever something else than typing changes a field that
// can be typed into (an example, "Edit in form", a dropped file, a removed reference, code in a cell), the values
// before it are kept. All views of a form share one history.

import { VALUES, valuesOf } from "./generate.js";
import { h, onClick, onEnd } from "../shared/dom.js";

/** @typedef {import("../shared/types.js").FormTraits} Traits */
/** @typedef {import("@anywidget/types").AnyModel<Traits>} Model */
/** @typedef {import("./generate.js").Values} Values */

const MOST = 500; // states that are kept

/** What is typed, as one text. A listed model is chosen, any other is typed. */
function typedIn(/** @type {Values} */ values) {
  const { prompt, negative_prompt, image, guide_audio, seed, extra, like, model } = values;
  const references = values.references.filter((each) => (typeof each === "string" ? each : each.source).trim());
  return JSON.stringify([prompt, negative_prompt, image, references, guide_audio, seed, extra, like && model]);
}

/** @param {Model} model  the one that `initialize` gets */
export function createHistory(model) {
  /** @type {Values[]} */
  let states = [valuesOf(model)]; // the oldest first
  let at = 0; // the state that the form shows; its newest values are in the model
  let last = valuesOf(model);
  let settled = ""; // the typed text at the moment at which the last state was reached
  let isUsers = false; // the present values are, in part, the user's
  let isOurs = false; // the present change is made by `edit`
  let isAnnounced = false; // the next change from outside was asked for by the user
  let isBurst = false;
  /** @type {Set<() => void>} */
  const listeners = new Set();
  const tell = () => listeners.forEach((listener) => listener());

  const keep = (/** @type {Values} */ before, /** @type {Values} */ after) => {
    states = [...states.filter((_, index) => index !== at), before, after].slice(-MOST);
    at = states.length - 1;
    settled = typedIn(after);
    tell();
  };
  const heard = () => {
    if (isOurs || isBurst) return;
    isBurst = true;
    const before = last;
    queueMicrotask(() => {
      isBurst = false;
      last = valuesOf(model);
      if (typedIn(before) === typedIn(last)) return;
      if (isUsers || isAnnounced) keep(before, last);
      isUsers = isAnnounced = false;
    });
  };
  for (const name of VALUES) model.on(`change:${name}`, heard);

  /** Change values for the user. What is not typed letter by letter can be undone. */
  const edit = (/** @type {() => void} */ act, { typing = false } = {}) => {
    isOurs = true;
    act();
    isOurs = false;
    const before = last;
    last = valuesOf(model);
    isUsers = true;
    if (!typing && typedIn(before) !== typedIn(last)) keep(before, last);
  };
  const show = (/** @type {Partial<Values>} */ values) => {
    for (const [name, value] of Object.entries(values)) model.set(/** @type {keyof Values} */ (name), value);
    model.save_changes();
    model.send({ kind: "adapt" }); // the service may be another one now
  };
  const go = (/** @type {number} */ to) => {
    const values = states[to];
    if (!values) return;
    states[at] = valuesOf(model);
    at = to;
    edit(() => show(values), { typing: true });
    settled = typedIn(last);
    tell();
  };

  return {
    edit,
    /** Whether the present change is the user's, and not an answer of the kernel. */
    isEditing: () => isOurs,
    /** Put other values into the form. */
    replace: (/** @type {Partial<Values>} */ values) => edit(() => show(values)),
    /** Let the next change from outside be undone: the user has asked for it. */
    announce() {
      isAnnounced = true;
    },
    undo: () => go(at - 1),
    /** Bring back earlier values, by a step back if they are those of the state before. */
    bringBack(/** @type {Values} */ values) {
      if (JSON.stringify(states[at - 1]) === JSON.stringify(values)) go(at - 1);
      else edit(() => show(values));
    },
    redo: () => go(at + 1),
    canUndo: () => at > 0,
    canRedo: () => at < states.length - 1,
    /** Whether nothing was typed since the last state was reached. Until then, the browser's own undo is at work. */
    isSettled: () => typedIn(valuesOf(model)) === settled,
    /** @param {() => void} listener @param {AbortSignal} signal */
    listen(listener, signal) {
      listeners.add(listener);
      onEnd(signal, () => listeners.delete(listener));
    },
  };
}

/** @typedef {ReturnType<typeof createHistory>} History */

/**
 * The buttons that go back and forth in the history. They are in the head of the prompt.
 * @param {import("../shared/types.js").Say} say @param {History} history
 */
export function undoButtons(say, history) {
  const undo = h("button", { class: "ww-quiet", title: say("undo.title") }, say("undo"));
  const redo = h("button", { class: "ww-quiet", title: say("redo.title") }, say("redo"));
  const node = h("span", { class: "ww-undo" }, undo, redo);
  const press = (/** @type {() => void} */ go) => {
    go();
    /** @type {HTMLElement | null | undefined} */
    const area = node.closest(".ww-field")?.querySelector("textarea");
    area?.focus(); // the button may be gone now, and with it the focus
  };
  onClick(undo, () => press(history.undo));
  onClick(redo, () => press(history.redo));
  return {
    node,
    update() {
      undo.hidden = !history.canUndo();
      redo.hidden = !history.canRedo();
    },
    /** Go back or forth for a key that means so. Returns false if the key is for the browser's own undo. */
    take(/** @type {KeyboardEvent} */ event) {
      if (!(event.ctrlKey || event.metaKey) || event.altKey || !history.isSettled()) return false;
      const is = (/** @type {string} */ letter, /** @type {number} */ code) =>
        event.key.toLowerCase() === letter || event.keyCode === code; // the code is the same with Cyrillic letters
      const isRedo = is("y", 89) || (is("z", 90) && event.shiftKey);
      if (isRedo && history.canRedo()) history.redo();
      else if (is("z", 90) && !isRedo && history.canUndo()) history.undo();
      else return false;
      return true;
    },
  };
}
