// Several clips side by side. They play in step: one button and one position for all.

import { createStage } from "../cards/stage.js";
import { h, onClick, onEnd, setText } from "../shared/dom.js";
import { onKeys } from "../shared/keys.js";
import { clockText } from "../shared/words.js";
import { asCard, shapeStage } from "./detail.js";
import { nameOf, shortFacts } from "./words.js";
import { icon } from "./icons.js";

const APART = 0.08; // seconds; with more, a clip is put to the place of the first one

/**
 * @param {{
 *   say: import("../shared/types.js").Say,
 *   model: import("@anywidget/types").AnyModel<any>,
 *   store: import("./store.js").Store,
 *   clips: import("../cards/clips.js").Clips,
 *   close(): void,
 *   ids: string[],
 *   signal: AbortSignal,
 * }} props
 */
export function createCompare({ say, model, store, clips, close, ids, signal }) {
  const back = h("button", { class: "ww-back", onclick: close }, icon("back"), say("gallery.back"));
  const play = h("button", { class: "ww-main" });
  const position = h("input", { type: "range", min: 0, max: 1, step: 0.01, "aria-label": say("gallery.position") });
  position.value = "0";
  const time = h("span", { class: "ww-count" });
  const cells = h("div", { class: "ww-side-by-side" });
  cells.style.setProperty("--ww-across", String(ids.length > 3 ? Math.ceil(Math.sqrt(ids.length)) : ids.length)); // four are two rows of two
  const bar = h("div", { class: "ww-row ww-large-bar" }, back, play, h("div", { class: "ww-position" }, position, time));
  const node = h("div", { class: "ww-compare", role: "region", tabIndex: -1, "aria-label": say("gallery.compare", { count: ids.length }) }, bar, cells);
  /** @type {HTMLVideoElement[]} */
  const players = [];
  let isPlaying = false;

  const length = () => Math.max(0, ...players.map(({ duration }) => duration || 0));
  const lead = () => players.find((each) => each.duration === length()) ?? players[0];
  const seek = (/** @type {number} */ to) => players.forEach((each) => (each.currentTime = Math.min(to, each.duration || to)));
  const show = () => {
    const [now, whole] = [lead()?.currentTime ?? 0, length()];
    position.max = String(whole || 1);
    position.value = String(now);
    setText(time, `${clockText(now)} / ${clockText(Math.round(whole))}`);
    setText(play, say(isPlaying ? "gallery.pause" : "gallery.play"));
  };
  const run = (/** @type {boolean} */ on) => {
    isPlaying = on;
    if (on && (lead()?.currentTime ?? 0) >= length() - 0.05) seek(0);
    players.forEach((each) => (on ? each.play().catch(() => {}) : each.pause()));
    show();
  };
  const together = () => {
    const first = lead();
    if (isPlaying && first?.ended) {
      seek(0);
      run(true);
    }
    for (const each of players) {
      const wanted = Math.min(first?.currentTime ?? 0, each.duration || 0);
      if (isPlaying && each !== first && Math.abs(each.currentTime - wanted) > APART) each.currentTime = wanted;
    }
    show();
  };
  onClick(play, () => run(!isPlaying));
  position.addEventListener("input", () => {
    seek(Number(position.value));
    show();
  });
  onKeys(node, (event) => {
    if (event.key !== "Escape") return;
    event.preventDefault();
    close();
  });

  const cell = (/** @type {string} */ id) => {
    const item = store.item(id);
    if (!item) return h("figure", {});
    const stage = createStage(say, clips, id, signal, (player) => {
      Object.assign(player, { loop: false, muted: players.length > 0 });
      player.addEventListener("loadedmetadata", show);
      players.push(player);
      if (isPlaying) player.play().catch(() => {}); // it came after the button was pressed
    });
    shapeStage(stage.node, item);
    const draw = () => stage.update(asCard(say, item), "");
    clips.listen((key) => key === id && draw(), signal);
    draw();
    stage.come(true);
    const words = h("figcaption", {}, h("p", { class: "ww-tile-prompt", dir: "auto", title: item.prompt }, nameOf(item)), h("p", { class: "ww-tile-facts" }, shortFacts(say, item).join(" · ")));
    return h("figure", {}, stage.node, words);
  };
  const fill = () => {
    const known = ids.filter((id) => store.item(id)?.status);
    if (cells.childElementCount === known.length) return;
    cells.replaceChildren(...known.map(cell));
  };
  if (ids.some((id) => !store.item(id))) model.send({ kind: "some", ids });
  store.listen(fill, signal);
  fill();
  const timer = setInterval(together, 250);
  onEnd(signal, () => {
    clearInterval(timer);
    players.forEach((each) => each.pause());
  });
  show();
  return node;
}
