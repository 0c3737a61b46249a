// The pictures that a clip is made from: its first frame, its references. An image at an address is shown from there.
// The kernel is asked for the pictures of files: { kind: "pictures", wanted: [{ key, number }] }, and for that of the clip
// itself with the number "poster". Each answer is { kind: "picture", key, number }. All views of a model share them.

import { h, hide, icon, onEnd } from "../shared/dom.js";

/** @typedef {import("../shared/types.js").Card} Card */

const PAUSE = 40; // ms in which wishes are gathered, because a message costs the page more than what is in it

/** @param {{ send(content: any): void, on(event: any, callback: any): void }} model  the one that `initialize` gets */
export function createPictures(model) {
  /** @type {Map<string, string>} */
  const urls = new Map(); // by card and number; empty while the picture is not here, or if there is none
  /** @type {Set<(key: string) => void>} */
  const listeners = new Set();
  /** @type {{ key: string, number: number | "poster" }[]} */
  let wanted = [];
  const ask = () => {
    model.send({ kind: "pictures", wanted });
    wanted = [];
  };
  model.on("msg:custom", (/** @type {any} */ message, /** @type {DataView<ArrayBuffer>[]} */ buffers) => {
    const view = message.kind === "picture" && buffers?.[0];
    const place = `${message.key} ${message.number}`;
    if (message.kind === "picture" && message.number === "poster" && !view) urls.delete(place); // the picture may be there later
    if (!view || urls.get(place)) return;
    const bytes = new Uint8Array(view.buffer, view.byteOffset, view.byteLength).slice();
    urls.set(place, URL.createObjectURL(new Blob([bytes], { type: "image/jpeg" })));
    listeners.forEach((listener) => listener(message.key));
  });
  return {
    /** The address of a picture of a file; empty while it is not here. The first call asks for it. */
    of(/** @type {string} */ key, /** @type {number | "poster"} */ number) {
      const place = `${key} ${number}`;
      if (!urls.has(place)) {
        urls.set(place, "");
        if (wanted.push({ key, number }) === 1) setTimeout(ask, PAUSE);
      }
      return urls.get(place) ?? "";
    },
    /** @param {(key: string) => void} listener @param {AbortSignal} signal */
    listen(listener, signal) {
      listeners.add(listener);
      onEnd(signal, () => listeners.delete(listener));
    },
  };
}

/** @typedef {ReturnType<typeof createPictures>} Pictures */

/**
 * A card's pictures in a row. None is loaded before the card is seen, because a notebook may have many.
 * @param {Pictures} pictures
 */
export function pictureRow(pictures) {
  const node = h("ul", { class: "ww-sources", hidden: true });
  let isSeen = false;
  let drawn = "";
  const urlsOf = (/** @type {Card} */ card) =>
    card.pictures.map(({ url, is_file }, number) => (isSeen ? (is_file ? pictures.of(card.key, number) : url) : ""));
  return {
    node,
    /** The card has come to the screen. From now on its pictures are wanted. */
    come() {
      isSeen = true;
    },
    /** Show the pictures, and return the address of the first frame's. The row is hidden while the stage has it. */
    update(/** @type {Card} */ card, /** @type {boolean} */ isOnStage) {
      const urls = urlsOf(card);
      hide(node, card.pictures.length === 0 || (isOnStage && card.pictures.every((each) => each.is_first_frame)));
      if (!node.hidden && drawn !== JSON.stringify(urls)) {
        drawn = JSON.stringify(urls);
        node.replaceChildren(...card.pictures.map((each, index) => thumb(each, urls[index] ?? "")));
      }
      return card.pictures[0]?.is_first_frame ? (urls[0] ?? "") : "";
    },
  };
}

/** @param {Card["pictures"][number]} picture @param {string} url */
function thumb({ name, kind }, url) {
  const drawing = icon(kind === "video" ? "video" : "image");
  const image = h("img", { src: url, alt: name, referrerPolicy: "no-referrer" });
  image.addEventListener("error", () => image.replaceWith(drawing)); // this browser cannot show it
  return h("li", { class: "ww-thumb", title: name }, url ? image : drawing);
}
