// The stage of a card. It shows the shape of the clip while the clip is being made, and then the player. Its height
// never changes.

import { h, setText, shape } from "../shared/dom.js";

/**
 * @param {import("../shared/types.js").Say} say
 * @param {import("./clips.js").Clips} clips
 * @param {string} key
 * @param {AbortSignal} signal
 */
export function createStage(say, clips, key, signal) {
  const words = h("p", {});
  const outline = h("div", { class: "ww-outline" });
  const load = h("button", { type: "button" }, say("clip.load"));
  load.hidden = true;
  load.addEventListener("click", () => clips.want(key));
  const node = h("div", { class: "ww-stage" }, outline, words, load);
  /** @type {HTMLVideoElement | null} */
  let video = null;
  /** @type {string[]} */
  const urls = [];
  const url = (/** @type {Blob} */ blob) => {
    urls.push(URL.createObjectURL(blob));
    return urls.at(-1) ?? "";
  };
  signal.addEventListener("abort", () => urls.forEach((each) => URL.revokeObjectURL(each)));

  const frame = frameImage(say, (isThere) => {
    outline.hidden = isThere;
    node.classList.toggle("ww-framed", isThere);
  });

  // A clip is fetched when its card becomes visible, because a notebook may have many clips.
  let wanted = false;
  const observer = new IntersectionObserver((entries) => {
    if (!entries.some((entry) => entry.isIntersecting)) return;
    observer.disconnect();
    clips.want(key);
  });
  signal.addEventListener("abort", () => observer.disconnect());

  /** @param {import("../shared/types.js").Card} card */
  const player = (card) => {
    const element = h("video", { controls: true, loop: true, playsInline: true, "aria-label": card.prompt || say("clip") });
    element.addEventListener("error", () => {
      element.remove();
      setText(words, `${say("clip.unplayable")} ${card.clip?.path ?? ""}`);
    });
    node.append(element);
    return element;
  };

  return {
    node,
    /** The clip's address in this page, once it is here. */
    source: () => video?.src ?? "",
    /** @param {import("../shared/types.js").Card} card @param {string} source  the address of the first frame */
    update(card, source) {
      frame.show(video ? "" : source, card.ratio);
      if (source && !frame.node.parentNode) node.prepend(frame.node);
      if (card.ratio && !outline.firstChild) outline.append(shape(card.ratio[0], card.ratio[1], 110));
      if (!card.clip) {
        setText(words, card.facts[0] ?? "");
        return;
      }
      if (!wanted) {
        wanted = true;
        observer.observe(node);
      }
      const known = clips.get(key);
      const { trouble } = known ?? {};
      if (trouble?.kind === "gone") setText(words, `${say("clip.gone")} ${trouble.path}`);
      else if (!known?.clip) setText(words, say(trouble ? "clip.stalled" : "clip.loading"));
      load.hidden = !trouble;
      node.classList.toggle("ww-troubled", Boolean(trouble));
      if (known?.poster || known?.clip) video ??= player(card);
      if (video && known?.poster && !video.poster) video.poster = url(known.poster);
      if (video && known?.clip && !video.src) {
        video.src = url(known.clip);
        setText(words, "");
      }
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
