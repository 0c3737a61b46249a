// The stage of a card. It shows the shape of the clip while the clip is being made, and then the player. Its height
// never changes.

import { h, setText, shape } from "../shared/dom.js";

const PAUSE = 120; // ms; who scrolls past does not wait for the clip

/**
 * @param {import("../shared/types.js").Say} say
 * @param {import("./clips.js").Clips} clips
 * @param {string} key
 * @param {AbortSignal} signal
 * @param {(player: HTMLVideoElement) => void} [tell]  hears of the player when it is made
 */
export function createStage(say, clips, key, signal, tell = () => {}) {
  const words = h("p", {});
  const outline = h("div", { class: "ww-outline" });
  const again = h("button", { type: "button" }, say("clip.load"));
  again.hidden = true;
  again.addEventListener("click", () => clips.want(key, node));
  const node = h("div", { class: "ww-stage" }, outline, words, again);
  /** @type {HTMLVideoElement | null} */
  let video = null;
  /** @type {string[]} */
  const urls = [];
  const url = (/** @type {Blob} */ blob) => {
    urls.push(URL.createObjectURL(blob));
    return urls.at(-1) ?? "";
  };
  signal.addEventListener("abort", () => {
    unload();
    urls.forEach((each) => URL.revokeObjectURL(each));
  });

  const frame = frameImage(say, (isThere) => {
    outline.hidden = isThere;
    node.classList.toggle("ww-framed", isThere);
  });

  // A notebook may have many clips, so a clip is here only while its card is near the screen, or while it plays.
  let [isNear, isLoaded, isNew, timer, at] = [false, false, true, 0, 0];
  /** @type {import("../shared/types.js").Card | null} */
  let current = null; // the card, once it has a clip
  const load = () => {
    if (!isNear || !current || isLoaded) return;
    isLoaded = true;
    clips.want(key, node);
  };
  const unload = () => {
    if (!isLoaded) return;
    isLoaded = false;
    clips.release(key, node);
    if (!video?.src) return;
    at = video.currentTime;
    URL.revokeObjectURL(video.src);
    video.removeAttribute("src");
    video.load();
  };
  const leave = () => {
    if (!isNear && (video?.paused ?? true)) unload();
  };

  /** @param {import("../shared/types.js").Card} card */
  const player = (card) => {
    const element = h("video", { controls: true, loop: true, playsInline: true, "aria-label": card.prompt || say("clip") });
    element.addEventListener("pause", leave);
    element.addEventListener("error", () => {
      element.remove();
      setText(words, say("clip.unplayable", { path: card.clip?.path ?? "" }));
    });
    tell(element);
    node.append(element);
    return element;
  };

  /** Show what is here of the clip. */
  const showClip = () => {
    if (!current) return;
    const known = clips.get(key);
    const { trouble } = known ?? {};
    if (trouble?.kind === "gone") setText(words, say("clip.gone", { path: trouble.path ?? "" }));
    else if (!known?.clip && !known?.url) setText(words, say(trouble ? "clip.stalled" : "clip.loading"));
    again.hidden = !trouble;
    node.classList.toggle("ww-troubled", Boolean(trouble));
    if (known?.poster || known?.clip || known?.url) video ??= player(current);
    if (video && known?.poster && !video.poster) video.poster = url(known.poster);
    if (video && (known?.clip || known?.url) && isLoaded && !video.src) {
      video.src = known.clip ? URL.createObjectURL(known.clip) : known.url;
      if (at) video.currentTime = at;
      setText(words, "");
    }
  };

  return {
    node,
    /** The clip's address in this page, once it is here. */
    source: () => video?.src ?? "",
    /** The card has come near the screen, or has left it. */
    come(/** @type {boolean} */ isHere) {
      isNear = isHere;
      clearTimeout(timer);
      if (isNew) load();
      else timer = setTimeout(isHere ? load : leave, PAUSE);
      isNew = false;
    },
    /** @param {import("../shared/types.js").Card} card @param {string} source  the address of the first frame */
    update(card, source) {
      frame.show(video ? "" : source, card.ratio);
      if (source && !frame.node.parentNode) node.prepend(frame.node);
      if (card.ratio && !outline.firstChild) outline.append(shape(card.ratio[0], card.ratio[1], 110));
      if (!card.clip) {
        setText(words, card.facts[0] ?? "");
        return;
      }
      current = card;
      load();
      showClip();
    },
  };
}

/**
 * The first frame, in the shape that the clip will have: its own, unless another was chosen.
 * @param {import("../shared/types.js").Say} say @param {(isThere: boolean) => void} tell
 */
function frameImage(say, tell) {
  const node = h("img", { class: "ww-frame", alt: say("image.preview"), hidden: true, referrerPolicy: "no-referrer" });
  let wanted = "";
  /** @type {[number, number] | null} */
  let ratio = null;
  const draw = () => {
    const isThere = wanted !== "" && node.complete && node.naturalWidth > 0;
    const [width, height] = ratio ?? [node.naturalWidth, node.naturalHeight];
    node.style.aspectRatio = `${width} / ${height}`;
    node.classList.toggle("ww-wide", width * 9 >= height * 16);
    node.hidden = !isThere;
    tell(isThere);
  };
  node.addEventListener("load", draw);
  node.addEventListener("error", draw);
  return {
    node,
    /** @param {string} source  its address; empty for none @param {[number, number] | null} shape */
    show(source, shape) {
      [wanted, ratio] = [source, shape];
      if (source && node.getAttribute("src") !== source) node.src = source;
      draw();
    },
  };
}
