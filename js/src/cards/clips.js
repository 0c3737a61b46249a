// Getting clips from the kernel. A view asks for a clip. The kernel says where the Jupyter server has it; where it has
// it not, the kernel sends the clip, and its chunks are put together here. All views of a model
// share the clip, and it is let go when none of them shows it any more.

import { token } from "../shared/dom.js";
import { addressOf, serverFolder } from "./server.js";

const STALLED = 10_000; // ms without a chunk; then the connection is lost, or the kernel is busy
const TRIES = 3; // how often we ask by ourselves; after that the user can ask

/**
 * @typedef {{
 *   wish: string,
 *   parts: Uint8Array<ArrayBuffer>[],
 *   received: number,
 *   tries: number,
 *   timer: number,
 *   poster: Blob | null,
 *   clip: Blob | null,
 *   url: string,
 *   trouble: { kind: "gone", path: string } | { kind: "stalled" } | null,
 * }} Clip
 */

/** @param {{ send(content: any): void, on(event: any, callback: any): void }} model  the one that `initialize` gets */
export function createClips(model) {
  /** @type {Map<string, Clip>} */
  const clips = new Map();
  /** @type {Set<(key: string) => void>} */
  const listeners = new Set();
  const tell = (/** @type {string} */ key) => listeners.forEach((listener) => listener(key));

  /** Which elements show a clip. @type {Map<string, Set<unknown>>} */
  const holders = new Map();

  const ask = (/** @type {string} */ key, /** @type {number} */ tries) => {
    const known = clips.get(key);
    clearTimeout(known?.timer);
    const fresh = { wish: token(), parts: [], received: 0, tries, timer: 0, clip: null, url: "", trouble: null };
    clips.set(key, { ...fresh, poster: known?.poster ?? null });
    watch(key);
    model.send({ kind: "fetch", key, wish: fresh.wish, poster: !known?.poster, folder: tries === 1 ? serverFolder() : "" });
    tell(key);
  };

  /** Play a clip from the server, or ask the kernel for it. */
  const takeFromServer = async (/** @type {string} */ key, /** @type {Clip} */ clip, /** @type {any} */ file) => {
    const url = await addressOf(file);
    if (clips.get(key)?.wish !== clip.wish) return; // it is not wanted any more
    if (!url) return ask(key, clip.tries + 1);
    clearTimeout(clip.timer);
    clip.url = url;
    return tell(key);
  };

  const watch = (/** @type {string} */ key) => {
    const clip = clips.get(key);
    if (!clip) return;
    clearTimeout(clip.timer);
    clip.timer = setTimeout(() => {
      if (clip.tries < TRIES) return ask(key, clip.tries + 1);
      clip.trouble = { kind: "stalled" };
      return tell(key);
    }, STALLED);
  };

  model.on("msg:custom", (/** @type {any} */ message, /** @type {DataView<ArrayBuffer>[]} */ buffers) => {
    const [key, clip] = [...clips].find(([, candidate]) => candidate.wish === message.wish) ?? [];
    if (key === undefined || !clip) return;
    watch(key);
    const view = buffers?.[0];
    const bytes = view ? new Uint8Array(view.buffer, view.byteOffset, view.byteLength) : null;
    if (message.kind === "clip-gone") {
      clearTimeout(clip.timer);
      clip.trouble = { kind: "gone", path: message.path };
    } else if (message.kind === "clip-at") {
      takeFromServer(key, clip, message);
    } else if (message.kind === "poster" && bytes) {
      clip.poster = new Blob([bytes], { type: "image/jpeg" });
    } else if (message.kind === "chunk" && bytes) {
      model.send({ kind: "chunk-here", wish: message.wish });
      clip.parts.push(bytes.slice());
      clip.received += bytes.byteLength;
      if (clip.received < message.size) return;
      clearTimeout(clip.timer);
      clip.clip = new Blob(clip.parts, { type: "video/mp4" });
      clip.parts = [];
    }
    tell(key);
  });

  return {
    get: (/** @type {string} */ key) => clips.get(key),
    /** Ask the kernel for a clip that an element shows, unless it is here or already coming. */
    want(/** @type {string} */ key, /** @type {unknown} */ holder) {
      holders.set(key, (holders.get(key) ?? new Set()).add(holder));
      const known = clips.get(key);
      if (!known?.wish || (!known.clip && !known.url && known.trouble)) ask(key, 1);
      else tell(key);
    },
    /** An element shows the clip no longer. Its poster stays. */
    release(/** @type {string} */ key, /** @type {unknown} */ holder) {
      holders.get(key)?.delete(holder);
      const known = clips.get(key);
      if (!known?.wish || holders.get(key)?.size) return;
      clearTimeout(known.timer);
      if (!known.clip && !known.url && !known.trouble) model.send({ kind: "enough", wish: known.wish });
      clips.set(key, { ...known, wish: "", parts: [], received: 0, clip: null, url: "", trouble: null });
      tell(key);
    },
    /** @param {(key: string) => void} listener @param {AbortSignal} signal */
    listen(listener, signal) {
      listeners.add(listener);
      signal.addEventListener("abort", () => listeners.delete(listener));
    },
  };
}

/** @typedef {ReturnType<typeof createClips>} Clips */
