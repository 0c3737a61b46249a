// Clips on their way from the kernel: asked for by a view, put together from chunks, kept once for all views of a model.

import { token } from "./dom.js";

const STALLED = 20_000; // ms without a chunk; then a view may ask again

/** @typedef {{ wish: string, parts: Uint8Array<ArrayBuffer>[], received: number, heard: number, poster: Blob | null, clip: Blob | null, gone: string }} Clip */

/** @param {{ send(content: any): void, on(event: any, callback: any): void }} model  the model as `initialize` has it */
export function createClips(model) {
  /** @type {Map<string, Clip>} */
  const clips = new Map();
  /** @type {Set<(key: string) => void>} */
  const listeners = new Set();
  const tell = (/** @type {string} */ key) => listeners.forEach((listener) => listener(key));

  model.on("msg:custom", (/** @type {any} */ message, /** @type {DataView<ArrayBuffer>[]} */ buffers) => {
    const [key, clip] = [...clips].find(([, candidate]) => candidate.wish === message.wish) ?? [];
    if (key === undefined || !clip) return;
    clip.heard = performance.now();
    const view = buffers?.[0];
    const bytes = view ? new Uint8Array(view.buffer, view.byteOffset, view.byteLength) : null;
    if (message.kind === "clip-gone") clip.gone = message.message;
    else if (message.kind === "poster" && bytes) clip.poster = new Blob([bytes], { type: "image/jpeg" });
    else if (message.kind === "chunk" && bytes) {
      model.send({ kind: "chunk-here", wish: message.wish });
      clip.parts.push(bytes.slice());
      clip.received += bytes.byteLength;
      if (clip.received < message.size) return;
      clip.clip = new Blob(clip.parts, { type: "video/mp4" });
      clip.parts = [];
    }
    tell(key);
  });

  return {
    get: (/** @type {string} */ key) => clips.get(key),
    /** Ask the kernel for a clip, unless it is here or on its way. */
    want(/** @type {string} */ key) {
      const known = clips.get(key);
      if (known && (known.clip || performance.now() - known.heard < STALLED)) return;
      const wish = token();
      const poster = known?.poster ?? null;
      clips.set(key, { wish, parts: [], received: 0, heard: performance.now(), poster, clip: null, gone: "" });
      model.send({ kind: "fetch", key, wish });
    },
    /** @param {(key: string) => void} listener @param {AbortSignal} signal */
    listen(listener, signal) {
      listeners.add(listener);
      signal.addEventListener("abort", () => listeners.delete(listener));
    },
  };
}

/** @typedef {ReturnType<typeof createClips>} Clips */
