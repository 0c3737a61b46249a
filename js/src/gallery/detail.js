// The large view of one clip: its player, its words, its marks, and what can be done with it.

import { copy } from "../cards/card.js";
import { createStage } from "../cards/stage.js";
import { h, onClick, setText } from "../shared/dom.js";
import { onKeys } from "../shared/keys.js";
import { moment } from "../shared/words.js";
import { createMarks } from "./marks.js";
import { facts, nameOf, stateOf } from "./words.js";
import { icon } from "./icons.js";

/** @typedef {import("../shared/types.js").GalleryItem} Item */

/** An order as the stage of a card takes it. @param {import("../shared/types.js").Say} say @param {Item} item @returns {any} */
export const asCard = (say, item) => ({
  prompt: item.prompt,
  ratio: item.ratio,
  facts: facts(say, item),
  clip: { name: item.path.split(/[\\/]/).at(-1) ?? "", path: item.path, size: 0, has_audio: item.has_audio },
});

/** Give a stage the shape of its clip. @param {HTMLElement} node @param {Item} item */
export function shapeStage(node, { ratio }) {
  if (ratio) node.style.setProperty("--ww-shape", String(ratio[0] / ratio[1]));
}

/**
 * @param {{
 *   say: import("../shared/types.js").Say,
 *   model: import("@anywidget/types").AnyModel<any>,
 *   store: import("./store.js").Store,
 *   clips: import("../cards/clips.js").Clips,
 *   actions: { close(): void, open(place: number): void, remove(id: string): void },
 *   place: number,
 *   item: Item,
 *   signal: AbortSignal,
 * }} props
 */
export function createDetail({ say, model, store, clips, actions, place, item, signal }) {
  const { id } = item;
  const button = (/** @type {string} */ label, /** @type {(node: HTMLElement) => void} */ act) => {
    const node = h("button", {}, say(label));
    onClick(node, () => act(node));
    return node;
  };
  const turn = (/** @type {"back" | "next"} */ drawing, /** @type {string} */ label, /** @type {number} */ to) => {
    const node = h("button", { class: "ww-turn", "aria-label": say(label), title: say(label) }, icon(drawing));
    onClick(node, () => actions.open(to));
    return node;
  };
  const before = turn("back", "gallery.previous", place - 1);
  const behind = turn("next", "gallery.next", place + 1);
  const back = button("gallery.back", actions.close);
  back.prepend(icon("back"));
  back.className = "ww-back";
  const of = h("span", { class: "ww-count" }, say("gallery.place", { number: place + 1, count: store.total() }));
  const bar = h("div", { class: "ww-row ww-large-bar" }, back, h("div", { class: "ww-turns" }, of, before, behind));

  const stage = createStage(say, clips, id, signal);
  shapeStage(stage.node, item);
  const hasClip = item.status === "completed";
  const download = h("a", { class: "ww-button", download: "", hidden: true }, say("download"));
  const show = () => {
    stage.update(asCard(say, item), "");
    download.hidden = !stage.source();
    if (!download.hidden) Object.assign(download, { href: stage.source(), download: asCard(say, item).clip.name });
  };
  const state = h("p", { class: "ww-message", dir: "auto", "data-phase": item.status });
  setText(state, hasClip ? "" : [stateOf(say, item.status), item.error].filter(Boolean).join(": "));
  const prompt = h("p", { class: "ww-large-prompt", dir: "auto", tabIndex: 0 }, item.prompt || nameOf(item));
  const negative = h("p", { class: "ww-note", dir: "auto", hidden: true });
  const told = h("ul", { class: "ww-facts" }, ...facts(say, item).map((fact) => h("li", {}, fact)));
  const when = h("p", { class: "ww-note" }, item.ordered === null ? "" : moment(say, item.ordered));
  const file = h("p", { class: "ww-file" }, item.path);
  const edit = button("edit", () => model.send({ kind: "edit", id }));
  let source = "";
  const code = button("copy.code", (node) => copy(source, node, say("copy.code"), say("copied")));
  edit.hidden = code.hidden = true;
  const away = button(item.deleted ? "gallery.restore" : "gallery.delete", () => actions.remove(id));
  const buttons = h("div", { class: "ww-actions" }, edit, code, download, away);
  const marks = createMarks(say, store, id);
  const words = h("div", { class: "ww-large-words" }, state, prompt, negative, told, when, file, marks.node, buttons);
  const node = h(
    "div",
    { class: "ww-detail-view", role: "region", tabIndex: -1, "aria-label": nameOf(item).slice(0, 120) },
    bar, h("div", { class: "ww-large-columns" }, hasClip && !item.deleted ? stage.node : null, words),
  );

  const update = () => {
    marks.update();
    before.disabled = !store.at(place - 1);
    behind.disabled = !store.at(place + 1);
  };
  onKeys(node, (event) => {
    if (event.key !== "Escape" || event.defaultPrevented) return;
    event.preventDefault();
    actions.close();
  });
  model.on("msg:custom", (/** @type {any} */ message) => {
    if (message.kind !== "details" || message.id !== id || signal.aborted) return;
    setText(negative, message.negative && `${say("negative_prompt")}: ${message.negative}`);
    negative.hidden = !message.negative;
    source = message.code;
    code.hidden = !source;
    edit.hidden = !(message.can_edit && model.get("_can_fill"));
  });
  model.send({ kind: "details", id });
  store.listen(update, signal);
  store.need(Math.max(0, place - 1), place + 2);
  update();
  if (hasClip && !item.deleted) {
    clips.listen((key) => key === id && show(), signal);
    show();
    stage.come(true);
  }
  return node;
}
