// Small pictures of images and videos on the kernel's machine: a file that was dropped here, or a JPEG from the kernel.
// It sends { kind: "thumbnail", source }.

import { onEnd } from "../shared/dom.js";

const PAUSE = 400; // ms without a key before a typed path is looked at

/** Whether the source is a web address, and not a file on the kernel's machine. */
export function isAddress(/** @type {string} */ source) {
  return /^[a-z][a-z0-9+.-]+:/i.test(source.trim());
}

/**
 * @param {import("@anywidget/types").AnyModel<import("../shared/types.js").FormTraits>} model
 * @param {AbortSignal} signal
 */
export function createThumbnails(model, signal) {
  /** @type {Map<string, string>} */
  const known = new Map(); // the picture's address, by source; empty if there is no picture
  /** @type {Set<() => void>} */
  const listeners = new Set();
  /** @type {Map<string, string>} */
  const wanted = new Map(); // the wanted source, by field: each field wants only the last typed one
  let timer = 0;

  const keep = (/** @type {string} */ source, /** @type {Blob | null} */ picture) => {
    if (known.get(source)) URL.revokeObjectURL(known.get(source) ?? "");
    known.set(source, picture ? URL.createObjectURL(picture) : "");
    listeners.forEach((listener) => listener());
  };
  model.on("msg:custom", (/** @type {any} */ message, /** @type {DataView<ArrayBuffer>[]} */ buffers) => {
    if (message.kind !== "thumbnail" || known.get(message.source)) return;
    const view = buffers?.[0];
    const bytes = view ? new Uint8Array(view.buffer, view.byteOffset, view.byteLength).slice() : null;
    keep(message.source, bytes ? new Blob([bytes], { type: "image/jpeg" }) : null);
  });
  onEnd(signal, () => {
    clearTimeout(timer);
    for (const url of known.values()) if (url) URL.revokeObjectURL(url);
  });

  const ask = () => {
    for (const source of new Set(wanted.values())) if (!known.has(source)) model.send({ kind: "thumbnail", source });
    wanted.clear();
  };

  return {
    /** An address for <img>. It is empty while the picture is not known; `listen` tells when it has come. */
    of(/** @type {string} */ source, /** @type {string} */ field) {
      const place = source.trim();
      wanted.delete(field);
      if (!place || isAddress(place)) return "";
      if (!known.has(place)) {
        wanted.set(field, place);
        clearTimeout(timer);
        timer = setTimeout(ask, PAUSE);
      }
      return known.get(place) ?? "";
    },
    /** Keep a dropped image: it is its own picture. */
    keep(/** @type {string} */ source, /** @type {File} */ file) {
      if (file.type.startsWith("image/")) keep(source, file);
    },
    listen(/** @type {() => void} */ listener) {
      listeners.add(listener);
    },
  };
}

/** @typedef {ReturnType<typeof createThumbnails>} Thumbnails */
