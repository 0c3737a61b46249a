// The language of the widgets. All widgets of a kernel have one; its labels are in the model `_bundle`, as `labels`, and
// this page tells there, as `hosts`, which languages it has. Where widgets do not see each other, the widget itself sends
// { kind: "language", hosts }, and gets { kind: "labels", labels } at once and at every change.

import { onEnd } from "./dom.js";
import { guarded, scoped } from "./kernel.js";
import { speaker } from "./words.js";

/** @typedef {import("@anywidget/types").AnyModel<any>} Model */
/** @typedef {import("./types.js").Labels} Labels */
/** @typedef {{ labels: Labels, hear(): void }} Tongue  what is spoken now; `hear` is called when it is another one */

/** The languages of the page: that of the front end first, which may be empty, then those of the browser. */
const hostsOf = () => [document.documentElement.lang, ...navigator.languages];

/** @param {Model} model @param {AbortSignal} signal @returns {Promise<Tongue>} */
async function tongueOf(model, signal) {
  /** @type {Tongue} */
  const tongue = { labels: {}, hear: () => {} };
  const learn = (/** @type {Labels} */ labels) => {
    if (labels.language === tongue.labels.language) return;
    tongue.labels = labels;
    tongue.hear();
  };
  try {
    const shared = scoped(/** @type {Model} */ (await model.widget_manager.get_model(model.get("_bundle"))), signal);
    tongue.labels = shared.get("labels");
    if (tongue.labels.language) {
      shared.on("change:labels", () => learn(shared.get("labels")));
      tell(shared);
      return tongue;
    }
  } catch {}
  return new Promise((resolve) => {
    model.on("msg:custom", (/** @type {any} */ message) => {
      if (message.kind !== "labels") return;
      learn(message.labels);
      resolve(tongue);
    });
    guarded(model, () => {}).send({ kind: "language", hosts: hostsOf() });
  });
}

function tell(/** @type {Model} */ shared) {
  const hosts = hostsOf();
  if (JSON.stringify(hosts) === JSON.stringify(shared.get("hosts"))) return;
  shared.set("hosts", hosts);
  try {
    shared.save_changes();
  } catch {} // the kernel is gone
}

/**
 * Draw a widget, and draw it anew in another language when the kernel says so. `draw` may return a function that calls
 * another one when the drawing can go: not while a file is on its way.
 * @template {object} T
 * @param {{ model: import("@anywidget/types").AnyModel<T>, el: HTMLElement, signal: AbortSignal }} props
 * @param {(
 *   say: import("./types.js").Say, model: import("@anywidget/types").AnyModel<T>, signal: AbortSignal,
 * ) => ((go: () => void) => void) | void} draw
 */
export async function spoken({ model, el, signal }, draw) {
  const tongue = await tongueOf(model, signal);
  let present = new AbortController();
  onEnd(signal, () => present.abort());
  /** @type {(go: () => void) => void} */
  let whenFree = (go) => go();
  const show = () => {
    if (signal.aborted) return;
    present.abort();
    present = new AbortController();
    el.replaceChildren();
    const { labels } = tongue;
    whenFree = draw(speaker(() => labels), scoped(model, present.signal), present.signal) ?? ((go) => go());
  };
  tongue.hear = () => whenFree(show);
  show();
}
