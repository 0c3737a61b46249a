// The stage of a card. It shows the shape of the clip while the clip is being made, and then the player. Its height
// never changes.

import { drawing, h, hide, onClick, onEnd, setText, shape } from "../shared/dom.js";
import { whenStill } from "../shared/scrolling.js";

const PAUSE = 120; // ms; a clip is kept for whoever comes back at once
const PLAY = "M5.5 3.2v9.6L13 8z";

/**
 * @param {import("../shared/types.js").Say} say
 * @param {import("./clips.js").Clips} clips
 * @param {string} key
 * @param {AbortSignal} signal
 * @param {((player: HTMLVideoElement) => void) | null} [drive]  hears of the player when it is made, and has the controls
 */
export function createStage(say, clips, key, signal, drive = null) {
  const words = h("p", {});
  const outline = h("div", { class: "ww-outline" });
  const again = h("button", { hidden: true }, say("clip.load"));
  onClick(again, () => clips.want(key, node));
  const still = h("img", { class: "ww-still", alt: "", hidden: true });
  // The browser's own controls are many elements. A clip has them once somebody comes to it.
  const start = h("button", { class: "ww-play", "aria-label": say("clip.play"), hidden: true }, drawing(PLAY));
  const node = h("div", { class: "ww-stage" }, outline, words, again, still, start);
  /** @type {HTMLVideoElement | null} */
  let video = null;
  /** @type {string[]} */
  const urls = [];
  const url = (/** @type {Blob} */ blob) => {
    urls.push(URL.createObjectURL(blob));
    return urls.at(-1) ?? "";
  };
  onEnd(signal, () => {
    isNear = false; // nothing is loaded any more, also if the scrolling rests now
    unload();
    urls.forEach((each) => URL.revokeObjectURL(each));
  });

  const frame = frameImage(say, (isThere) => {
    hide(outline, isThere);
    node.classList.toggle("ww-framed", isThere);
  });

  // A notebook may have many clips, so a clip is here only while its card is near the screen, or while it plays.
  let [isNear, isLoaded, isStarted, timer, at] = [false, false, false, 0, 0];
  /** @type {import("../shared/types.js").Card | null} */
  let current = null; // the card, once it has a clip
  const load = () => {
    if (!isNear || !current || isLoaded) return;
    isLoaded = true;
    clips.want(key, node);
  };
  const unload = () => {
    if (!isLoaded) return;
    isLoaded = isStarted = false; // a reader who has left does not wait for the clip
    clips.release(key, node);
    if (!video) return;
    at = video.currentTime;
    URL.revokeObjectURL(video.src);
    video.removeAttribute("src");
    video.load(); // else the browser would keep what it has of the clip
    video.remove();
    video = null;
    showStart();
  };
  const leave = () => {
    if (!isNear && (video?.paused ?? true)) unload();
  };

  const showStart = () => {
    hide(start, drive !== null || (video ? isStarted : still.hidden));
  };
  const takeControls = () => {
    if (video && !drive) video.controls = true;
  };
  const begin = () => {
    takeControls();
    isStarted = true;
    if (start.matches(":focus")) video?.focus({ preventScroll: true }); // else the user went elsewhere meanwhile
    showStart();
  };
  const play = () => {
    begin();
    video?.play().catch(() => {});
  };
  onClick(start, () => {
    isStarted = true;
    if (video) play();
    else load();
  });
  node.addEventListener("pointerenter", ({ pointerType }) => pointerType === "mouse" && takeControls()); // the button stays under the mouse

  /** @param {import("../shared/types.js").Card} card @param {string} src */
  const player = (card, src) => {
    const element = h("video", { loop: true, playsInline: true, "aria-label": card.prompt || say("clip"), src, poster: still.src });
    if (at) element.currentTime = at;
    element.addEventListener("pause", leave);
    element.addEventListener("play", begin); // by its own controls, say
    element.addEventListener("error", () => {
      [element, start, still].forEach((each) => each.remove());
      node.style.contain = "none"; // the words may need more room
      setText(words, say("clip.unplayable", { path: card.clip?.path ?? "" }));
    });
    drive?.(element);
    return element;
  };

  /** Show what is here of the clip. */
  const showClip = () => {
    if (!current) return;
    const known = clips.get(key);
    const { trouble } = known ?? {};
    const src = known?.clip || known?.url;
    if (trouble?.kind === "gone") setText(words, say("clip.gone", { path: trouble.path ?? "" }));
    else if (!src) setText(words, say(trouble ? "clip.stalled" : "clip.loading"));
    hide(again, !trouble);
    node.classList.toggle("ww-troubled", Boolean(trouble));
    if (known?.poster && still.hidden) {
      still.src = url(known.poster);
      hide(still, false);
    }
    if (src && isLoaded && !video) {
      video = player(current, known.clip ? URL.createObjectURL(known.clip) : known.url);
      still.after(video);
      setText(words, "");
      if (isStarted) play();
      else if (node.matches(":hover")) takeControls();
    }
    showStart();
  };

  return {
    node,
    /** The clip's address in this page, once it is here. */
    source: () => video?.src ?? "",
    /** The card has come near the screen, or has left it. */
    come(/** @type {boolean} */ isHere) {
      isNear = isHere;
      clearTimeout(timer);
      if (isHere && current) clips.look(key);
      if (isHere) whenStill(node, load);
      else timer = setTimeout(leave, PAUSE);
    },
    /** @param {import("../shared/types.js").Card} card @param {string} source  the address of the first frame */
    update(card, source) {
      frame.show(video ? "" : source, card.ratio);
      if (source && !frame.node.parentNode) node.prepend(frame.node);
      if (card.ratio && !outline.firstChild) outline.append(shape(card.ratio[0], card.ratio[1], 80));
      if (!card.clip) {
        setText(words, card.facts[0] ?? "");
        return;
      }
      const isFresh = current === null;
      current = card;
      if (isFresh) load(); // the reader may wait for it
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
    hide(node, !isThere);
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
