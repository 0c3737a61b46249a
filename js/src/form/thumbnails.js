// Small pictures of images and videos: an image's own address, what was dropped here, or a JPEG from the kernel for a
// path there. Sends { kind: "thumbnail", source }.

const PAUSE = 400; // ms without a key before an address that is being typed is looked at

/** Whether it names a place on the web, rather than a file of the kernel's machine. */
export function isAddress(/** @type {string} */ source) {
  return /^[a-z][a-z0-9+.-]+:/i.test(source.trim());
}

/**
 * @param {import("@anywidget/types").AnyModel<import("../shared/types.js").FormTraits>} model
 * @param {AbortSignal} signal
 */
export function createThumbnails(model, signal) {
  /** @type {Map<string, string>} */
  const known = new Map(); // a source's picture; empty where there is none to see
  /** @type {Set<() => void>} */
  const listeners = new Set();
  /** @type {Map<string, string>} */
  const wanted = new Map(); // by the field that wants it: what was typed before is wanted no more
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
  signal.addEventListener("abort", () => {
    clearTimeout(timer);
    for (const url of known.values()) if (url) URL.revokeObjectURL(url);
  });

  const ask = () => {
    for (const source of new Set(wanted.values())) if (!known.has(source)) model.send({ kind: "thumbnail", source });
    wanted.clear();
  };

  return {
    /** An address for <img>: at once where it is known, else empty, and `listen` tells when it came. */
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
    /** What was dropped is its own picture. */
    keep(/** @type {string} */ source, /** @type {File} */ file) {
      if (file.type.startsWith("image/")) keep(source, file);
    },
    listen(/** @type {() => void} */ listener) {
      listeners.add(listener);
    },
  };
}

/** @typedef {ReturnType<typeof createThumbnails>} Thumbnails */
