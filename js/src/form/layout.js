// The parts of the form and their layout. The parts are made once.

import { h } from "../shared/dom.js";
import { durationField } from "./duration.js";
import { extraField } from "./extra-field.js";
import { field, segments, toggle } from "../shared/fields.js";
import { footer, seedField, soundField, tabs, textField } from "./parts.js";
import { recipeButton } from "./files.js";
import { imagePreview, sourceField } from "./image-source.js";
import { undoButtons } from "./history.js";
import { openMode, otherModel } from "../service/model-choice.js";
import { referenceSources } from "./references.js";
import { createSender } from "./sending.js";
import { troubleBar } from "../service/trouble.js";
import { sizeTable } from "./size-table.js";
import { createThumbnails } from "./thumbnails.js";

/** @typedef {import("../shared/types.js").FormTraits} Traits */
/** @typedef {import("@anywidget/types").AnyModel<Traits>} Model */

/**
 * @param {Model} model @param {import("../shared/types.js").Say} say @param {import("./parts.js").Writer} write
 * @param {import("./history.js").History} history @param {AbortSignal} signal @param {() => void} press
 */
export function makeParts(model, say, write, history, signal, press) {
  const thumbnails = createThumbnails(model, signal);
  const offer = () => model.get("_offers")[model.get("mode")];
  const service = () => model.get("_service").title;
  const desk = { say, thumbnails, service, offer, sender: createSender(model, signal) };
  const undo = undoButtons(say, history);
  const recipes = recipeButton(say);
  const prompt = textField("prompt", 2, say, write, undo.node, recipes.node);
  const shots = segments(say("shot_type"), (value) => write.set("shot_type", value));
  const foot = footer(say, press, troubleBar(model, say, signal));
  return {
    desk,
    thumbnails,
    undo,
    recipes,
    tabs: tabs(say, (mode) => openMode(model, mode)),
    other: otherModel(model, say, write),
    prompt,
    negative: textField("negative_prompt", 1, say, write),
    image: sourceField("image", "image", desk, (source, more) => write.set("image", source, more)),
    preview: imagePreview(desk, signal),
    references: referenceSources(desk, (items, more) => write.set("references", items, more), prompt.insert),
    guide: sourceField("guide_audio", "audio", desk, (source, more) => write.set("guide_audio", source, more)),
    size: sizeField(model, say, write),
    duration: durationField(say, (seconds, more) => write.set("duration", seconds, more)),
    shots: { ...field("shot_type", say("shot_type"), shots.node), choices: shots },
    seed: seedField(say, write),
    sound: soundField(say, write),
    extend: toggle(say("prompt_extend"), (on) => write.set("prompt_extend", on), say("prompt_extend.why")),
    watermark: toggle(say("watermark"), (on) => write.set("watermark", on)),
    extra: extraField(say, write),
    foot,
    notice: foot.notice,
  };
}

/** @typedef {ReturnType<typeof makeParts>} Parts */

/** @param {Model} model @param {import("../shared/types.js").Say} say @param {import("./parts.js").Writer} write */
function sizeField(model, say, write) {
  const table = sizeTable(say, (resolution, ratio) => {
    if (ratio !== null) model.set("aspect_ratio", ratio);
    write.set("resolution", resolution);
  });
  const aside = h("span", { class: "ww-aside" });
  const box = h("div", { class: "ww-size-box" }, table.node);
  const made = field("resolution", say("size"), box, { aside });
  const remark = h("p", { class: "ww-note", role: "status" });
  made.node.append(remark);
  return { ...made, box, table, aside, remark };
}

/** Lay out the parts. @param {Parts} parts @param {HTMLElement} bar */
export function lay(parts, bar) {
  const pair = (/** @type {HTMLElement[]} */ ...nodes) => h("div", { class: "ww-pair" }, ...nodes);
  parts.size.box.append(parts.preview.node);
  const words = h("div", { class: "ww-words" }, parts.image.node, parts.references.node, parts.prompt.node);
  const switches = h("div", { class: "ww-switches" }, parts.watermark.node, parts.extend.node, parts.extra.node);
  const body = h("div", { class: "ww-body", id: parts.tabs.panel, role: "tabpanel" }, parts.other.node, words);
  body.append(parts.negative.node, parts.size.node, pair(parts.duration.node, parts.shots.node));
  const hearing = h("div", { class: "ww-hearing" }, parts.sound.node, parts.guide.node);
  body.append(pair(parts.seed.node, hearing), switches);
  const top = h("div", { class: "ww-top" }, bar, parts.tabs.node);
  return { root: h("section", { class: "ww ww-form" }, top, body, parts.foot.node), body };
}

/**
 * The blocks that can show a problem, by the name of the field that has it.
 * @param {Parts} parts
 * @returns {Record<string, { setProblem(text: string): void, input?: HTMLElement, node: HTMLElement }>}
 */
export function blocksOf(parts) {
  return {
    model: parts.other.name,
    like: parts.other.like,
    image: parts.image,
    references: parts.references,
    prompt: parts.prompt,
    negative_prompt: parts.negative,
    resolution: parts.size,
    duration: parts.duration,
    shot_type: parts.shots,
    seed: parts.seed,
    audio: parts.sound,
    guide_audio: parts.guide,
    extra: parts.extra,
  };
}
