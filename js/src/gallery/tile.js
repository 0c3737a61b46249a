// A tile: the clip's picture in its own shape, a line of its prompt, and a line of facts. A tile is used again for
// another clip when its row leaves the screen.

import { h, setAttribute, setText } from "../shared/dom.js";
import { lengthOf, nameOf, shortFacts, stateOf } from "./words.js";
import { icon } from "./icons.js";

/** @typedef {import("../shared/types.js").GalleryItem} Item */
/** @typedef {ReturnType<typeof createTile>} Tile */

const FRAMES = 8; // a strip has this many; files/previews.py has the same number
const NARROWEST = 62; // pixels; the box and the star have room beside each other

/** @param {import("../shared/types.js").Say} say @param {import("./pictures.js").Pictures} pictures */
export function createTile(say, pictures) {
  const image = h("img", { alt: "", draggable: false, decoding: "async" });
  const strip = h("i", { class: "ww-strip", hidden: true });
  const badge = h("span", { class: "ww-badge" });
  const star = h("button", { class: "ww-star", tabIndex: -1, "aria-label": say("gallery.star") }, icon("star"));
  const check = h("button", { class: "ww-check", tabIndex: -1, role: "checkbox", "aria-label": say("gallery.select") }, icon("tick"));
  const picture = h("div", { class: "ww-tile-picture" }, image, strip, badge, star, check);
  const why = h("p", { class: "ww-tile-why", dir: "auto" });
  const box = h("div", { class: "ww-tile-box" }, picture);
  picture.prepend(why);
  const prompt = h("p", { class: "ww-tile-prompt", dir: "auto" });
  const about = h("p", { class: "ww-tile-facts" });
  const node = h("div", { class: "ww-tile", role: "gridcell", tabIndex: -1 }, box, prompt, about);
  /** @type {Item | undefined} */
  let item;
  let drawn = "";
  let shown = ""; // the id whose poster is shown

  const showPoster = () => {
    if (!item) return;
    const hasClip = item.status === "completed";
    const url = hasClip ? pictures.want(item.id, "poster") : "";
    if (url && shown !== item.id) {
      image.src = url;
      shown = item.id;
    }
    image.hidden = shown !== item.id;
    picture.dataset.phase = hasClip ? "gone" : item.status; // it colours the words in place of the picture
    const words = hasClip ? say("gallery.file_gone") : item.error || stateOf(say, item.status);
    setText(why, url === "" ? words : "");
    why.hidden = url !== "";
    badge.hidden = !hasClip || url === "";
  };
  const showFrame = (/** @type {number} */ frame) => {
    strip.style.backgroundPositionX = `${(100 * frame) / (FRAMES - 1)}%`;
  };
  const still = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

  return {
    node,
    picture,
    id: () => item?.id,
    /** Show an order; `undefined` for one that has not come yet. @param {Item | undefined} next @param {boolean} isChosen */
    update(next, isChosen, /** @type {[number, number]} */ [wide, high]) {
      if (item && item.id !== next?.id) this.leave();
      item = next;
      setAttribute(node, "aria-selected", String(isChosen));
      setAttribute(check, "aria-checked", String(isChosen));
      const state = `${JSON.stringify(next)} ${wide} ${high}`;
      if (state !== drawn) {
        drawn = state;
        node.classList.toggle("ww-tile-blank", !next);
        setAttribute(node, "aria-busy", next ? null : "true");
        const [width, height] = next?.ratio && next.status === "completed" ? next.ratio : [16, 9];
        const scale = Math.min(wide / width, high / height);
        picture.style.width = `${Math.max(NARROWEST, Math.round(width * scale))}px`;
        picture.style.height = `${Math.round(height * scale)}px`;
        box.style.height = `${high}px`;
        setText(prompt, next ? nameOf(next) : "");
        setText(about, next ? shortFacts(say, next).join(" · ") : "");
        about.title = about.textContent ?? "";
        if (next) {
          prompt.title = next.prompt?.slice(0, 500) ?? "";
          setText(badge, [lengthOf(next), next.odd].filter(Boolean).join(" · "));
          star.setAttribute("aria-pressed", String(next.star));
          setAttribute(node, "aria-label", label(say, next));
        } else node.removeAttribute("aria-label");
        if (!next) {
          image.hidden = true;
          setText(why, "");
        }
      }
      showPoster();
    },
    /** A picture has come. */
    come(/** @type {string} */ what) {
      if (what === "poster") showPoster();
      else if (!strip.hidden) this.play();
    },
    /** Show the frame at a part of the clip, or let it run if none is named. @param {number} [part] */
    play(part) {
      if (!item || item.status !== "completed" || still()) return;
      strip.hidden = false;
      const url = pictures.want(item.id, "strip");
      if (!url) return;
      if (!strip.style.backgroundImage) strip.style.backgroundImage = `url("${url}")`;
      strip.classList.toggle("ww-running", part === undefined);
      if (part !== undefined) showFrame(Math.min(FRAMES - 1, Math.max(0, Math.floor(part * FRAMES))));
    },
    /** It is not on the screen any more. */
    leave() {
      if (item) pictures.leave(item.id);
      this.stop();
    },
    stop() {
      if (strip.hidden) return;
      strip.hidden = true;
      strip.classList.remove("ww-running");
      strip.style.backgroundImage = strip.style.backgroundPositionX = "";
    },
  };
}

/** What those hear who do not see the tile. @param {import("../shared/types.js").Say} say @param {Item} item */
function label(say, item) {
  const state = item.status === "completed" ? lengthOf(item) : stateOf(say, item.status);
  const star = item.star ? say("gallery.star.given") : "";
  return [nameOf(item).slice(0, 200), state, ...shortFacts(say, item), star].filter(Boolean).join(" · ");
}
