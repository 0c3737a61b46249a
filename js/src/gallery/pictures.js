// Posters and strips of the tiles on the screen. A few at a time are asked for, the last wanted first; what was scrolled
// past is not asked for any more. It sends { kind: "pictures", wishes }, because a message costs more than what is in it.
// The answers are { kind: "pictures", wishes } too, with a buffer for each wish whose `has` is true. All views of a model
// share the pictures.

import { onEnd } from "../shared/dom.js";

/** @typedef {"poster" | "strip"} What */
/** @typedef {ReturnType<typeof createPictures>} Pictures */

const AT_ONCE = 16;
const PAUSE = 40; // ms in which wishes are gathered
const MOST = 1500; // pictures that are kept

/** @param {{ send(content: any): void, on(event: any, callback: any): void }} model  the one that `initialize` gets */
export function createPictures(model) {
  /** @type {Map<string, string>} */
  const urls = new Map(); // empty if there is no picture; the last used ones are at the end
  /** @type {Map<string, { id: string, what: What }>} */
  const wanted = new Map();
  /** @type {Set<string>} */
  const pending = new Set();
  /** @type {Set<(id: string, what: What) => void>} */
  const listeners = new Set();
  const nameOf = (/** @type {string} */ id, /** @type {What} */ what) => `${what} ${id}`;

  let timer = 0;
  const ask = () => {
    timer = 0;
    const now = [...wanted].slice(-Math.max(0, AT_ONCE - pending.size)).reverse();
    if (now.length === 0 || pending.size >= AT_ONCE) return;
    for (const [name] of now) {
      wanted.delete(name);
      pending.add(name);
    }
    model.send({ kind: "pictures", wishes: now.map(([, wish]) => wish) });
  };
  const askSoon = () => {
    timer ||= setTimeout(ask, PAUSE);
  };
  const keep = (/** @type {string} */ name, /** @type {string} */ url) => {
    urls.set(name, url);
    if (urls.size <= MOST) return;
    const [oldest, former] = /** @type {[string, string]} */ (urls.entries().next().value);
    urls.delete(oldest);
    if (former) URL.revokeObjectURL(former); // an image that shows it keeps it
  };
  model.on("msg:custom", (/** @type {any} */ message, /** @type {DataView<ArrayBuffer>[]} */ buffers) => {
    if (message.kind !== "pictures") return;
    const views = [...(buffers ?? [])];
    for (const { id, what, has } of message.wishes) {
      const name = nameOf(id, what);
      pending.delete(name);
      const view = has && views.shift();
      const bytes = view && new Uint8Array(view.buffer, view.byteOffset, view.byteLength).slice();
      keep(name, bytes ? URL.createObjectURL(new Blob([bytes], { type: "image/webp" })) : "");
      listeners.forEach((listener) => listener(id, what));
    }
    if (wanted.size > 0) askSoon();
  });

  return {
    /** Its address; empty if there is no picture, and `undefined` until it comes. */
    want(/** @type {string} */ id, /** @type {What} */ what) {
      const name = nameOf(id, what);
      const url = urls.get(name);
      if (url !== undefined) {
        urls.delete(name);
        urls.set(name, url);
      } else if (!pending.has(name)) {
        wanted.delete(name);
        wanted.set(name, { id, what });
        askSoon();
      }
      return url;
    },
    /** It is not on the screen any more. */
    leave(/** @type {string} */ id) {
      wanted.delete(nameOf(id, "poster"));
      wanted.delete(nameOf(id, "strip"));
    },
    listen(/** @type {(id: string, what: What) => void} */ listener, /** @type {AbortSignal} */ signal) {
      listeners.add(listener);
      onEnd(signal, () => listeners.delete(listener));
    },
  };
}
