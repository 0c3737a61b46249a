// Getting clips. Where the page knows the server's folder, the kernel is asked for the places there of a clip and of those
// around it, and the server has them. Else the kernel sends the clip, and its chunks are put together here. All views of
// a model share the clip, and it is let go when none of them shows it any more.

import { onEnd, token } from "../shared/dom.js";
import { addressOf, serverFolder } from "./server.js";

const STALLED = 10_000; // ms without a chunk; then the connection is lost, or the kernel is busy
const TRIES = 3; // how often we ask by ourselves; after that the user can ask
const AROUND = 12; // clips on each side whose places are asked for too: whoever scrolls comes to them

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

/** @typedef {{ path: string, size: number, modified: number }} Place  a file at the server, as the kernel sees it */
/** @typedef {import("../shared/types.js").Card} Card */

/** @type {Omit<Clip, "parts">} */
const NOTHING = { wish: "", received: 0, tries: 0, timer: 0, poster: null, clip: null, url: "", trouble: null };

/** @param {{ send(content: any): void, on(event: any, callback: any): void, get(name: any): any }} model  from `initialize` */
export function createClips(model) {
  /** @type {Map<string, Clip>} */
  const clips = new Map();
  /** Where the server has the clips; `null` for one that it has not. @type {Map<string, Place | null>} */
  const places = new Map();
  /** The clips whose places the kernel was asked for. @type {Set<string>} */
  const asked = new Set();
  /** @type {Set<(key: string) => void>} */
  const listeners = new Set();
  const tell = (/** @type {string} */ key) => listeners.forEach((listener) => listener(key));

  /** Which elements show a clip. @type {Map<string, Set<unknown>>} */
  const holders = new Map();

  /** The clips around one whose places were not asked for. A message costs the page more than what is in it. */
  const around = (/** @type {string} */ key) => {
    /** @type {Card[]} */
    const cards = (model.get("_cards") ?? []).filter((/** @type {Card} */ card) => card.clip);
    const at = cards.findIndex((card) => card.key === key);
    return cards.slice(Math.max(0, at - AROUND), at + AROUND + 1).map((card) => card.key).filter((each) => !asked.has(each));
  };

  /** Ask where the server has a clip, and those around it. Their posters come with the answer. */
  const look = (/** @type {string} */ key) => {
    if (!serverFolder() || asked.has(key)) return;
    const keys = [...new Set([key, ...around(key)])];
    keys.forEach((each) => asked.add(each));
    model.send({ kind: "places", keys, folder: serverFolder() });
  };

  /** Whether the kernel sends a clip, because the server does not have it or is not known. */
  const isSent = (/** @type {string} */ key) => places.get(key) === null || !serverFolder();

  /** Ask for a clip, which may fail a few times. */
  const ask = (/** @type {string} */ key, /** @type {number} */ tries) => {
    const known = clips.get(key);
    clearTimeout(known?.timer);
    const clip = { ...NOTHING, wish: token(), parts: [], tries, poster: known?.poster ?? null };
    clips.set(key, clip);
    watch(key);
    const place = places.get(key);
    if (place) takeFromServer(key, clip, place);
    else if (isSent(key)) model.send({ kind: "fetch", key, wish: clip.wish, poster: !clip.poster });
    else if (tries > 1) asked.delete(key);
    look(key);
    tell(key);
  };

  /** Play a clip from the server, or ask the kernel for it. */
  const takeFromServer = async (/** @type {string} */ key, /** @type {Clip} */ clip, /** @type {Place} */ place) => {
    const url = await addressOf(place);
    if (clips.get(key)?.wish !== clip.wish) return; // it is not wanted any more
    if (!url) {
      places.set(key, null);
      return ask(key, clip.tries + 1);
    }
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

  /** Note where the server has a clip, and take it if it is waited for. */
  const note = (/** @type {any} */ { key, place }, /** @type {Uint8Array<ArrayBuffer> | null} */ bytes) => {
    if (places.has(key)) return; // it was asked for twice, because the kernel was busy
    places.set(key, place);
    const clip = clips.get(key) ?? { ...NOTHING, parts: [] };
    if (bytes) clip.poster ??= picture(bytes);
    clips.set(key, clip);
    if (clip.wish && !clip.url && !clip.clip) ask(key, clip.tries);
    else tell(key);
  };

  model.on("msg:custom", (/** @type {any} */ message, /** @type {DataView<ArrayBuffer>[]} */ buffers) => {
    if (message.kind === "place") return note(message, bytesOf(buffers));
    const [key, clip] = [...clips].find(([, candidate]) => candidate.wish === message.wish) ?? [];
    if (key === undefined || !clip) return;
    watch(key);
    const bytes = bytesOf(buffers);
    if (message.kind === "clip-gone") {
      clearTimeout(clip.timer);
      clip.trouble = { kind: "gone", path: message.path };
    } else if (message.kind === "poster" && bytes) {
      clip.poster = picture(bytes);
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
    /** A clip comes near the screen: its poster is wanted, if it can come with others. */
    look,
    /** Ask for a clip that an element shows, unless it is here or already coming. */
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
      const isComing = !known.clip && !known.url && !known.trouble;
      if (isComing && isSent(key)) model.send({ kind: "enough", wish: known.wish });
      clips.set(key, { ...NOTHING, parts: [], poster: known.poster });
      tell(key);
    },
    /** @param {(key: string) => void} listener @param {AbortSignal} signal */
    listen(listener, signal) {
      listeners.add(listener);
      onEnd(signal, () => listeners.delete(listener));
    },
  };
}

/** @param {DataView<ArrayBuffer>[] | undefined} buffers */
function bytesOf(buffers) {
  const view = buffers?.[0];
  return view ? new Uint8Array(view.buffer, view.byteOffset, view.byteLength) : null;
}

const picture = (/** @type {Uint8Array<ArrayBuffer>} */ bytes) => new Blob([bytes.slice()], { type: "image/jpeg" });

/** @typedef {ReturnType<typeof createClips>} Clips */
