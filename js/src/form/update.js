// Showing the traits in the parts of the form. Parts that the service does not have are hidden. A part that only
// another mode has keeps its space, so that nothing moves.

import { setText } from "../shared/dom.js";
import { joined } from "../shared/words.js";
import { isSending } from "./generate.js";
import { blocksOf } from "./layout.js";
import { referenceNames } from "./references.js";

/** @typedef {import("../shared/types.js").FormTraits} Traits */
/** @typedef {import("../shared/types.js").Offer} Offer */
/** @typedef {import("./layout.js").Parts} Parts */
/** @typedef {import("@anywidget/types").AnyModel<Traits>} Model */

/** Other fields whose problems a field shows too. @type {Record<string, string[]>} */
const ALSO = { resolution: ["aspect_ratio"], guide_audio: ["audio"] };
const QUIET_WHILE_EMPTY = new Set(["prompt", "image", "references"]);

/**
 * The state of the form besides its traits.
 * @typedef {{ attempted: Set<string>, refusal: string, question: string, isEarly: boolean, silent: boolean, gone: boolean }} State
 */

/**
 * @param {Model} model @param {Parts} parts @param {HTMLElement} root @param {HTMLElement} body
 * @param {import("../shared/types.js").Say} say @param {State} state
 */
export function updater(model, parts, root, body, say, state) {
  const blocks = blocksOf(parts);
  return () => {
    const mode = model.get("mode");
    const offer = model.get("_offers")[mode];
    parts.tabs.update(mode, model.get("_offers"), model.get("_service").title);
    body.setAttribute("aria-label", say(`mode.${mode}`));
    root.dataset.mode = mode;
    showSources(model, parts, mode, offer);
    if (offer) {
      const own = Object.values(model.get("_offers")).filter((each) => each.family !== "");
      showPresence(parts, offer, own.includes(offer) ? own : [offer]);
      showChoices(model, parts, offer, say);
    }
    parts.other.update();
    parts.undo.update();
    parts.foot.trouble.update();
    setText(parts.size.remark, model.get("_remark"));
    parts.size.remark.hidden = !model.get("_remark");
    parts.foot.price.update(model.get("_service"), model.get("_quote") ?? {});
    parts.foot.price.showBudgets(model.get("_budgets") ?? []);
    parts.foot.ask(state.question);
    showProblems(model, parts, blocks, say, state);
  };
}

/** Whether the service has a part in this mode. */
export const isSeen = (/** @type {HTMLElement} */ node) => !node.hidden && !node.classList.contains("ww-absent");

/** @param {Model} model @param {Parts} parts @param {string} mode @param {Offer | undefined} offer */
function showSources(model, parts, mode, offer) {
  parts.image.node.hidden = mode !== "i2v";
  parts.references.node.hidden = mode !== "r2v";
  parts.preview.node.hidden = !offer?.shape_follows_image;
  parts.image.update(model.get("image"));
  const isFaulty = model.get("_problems").some((problem) => problem.field === "image");
  parts.preview.update(mode === "i2v" ? model.get("image").trim() : "", isFaulty);
  parts.references.update(model.get("references"), model.get("_kinds"));
  parts.guide.update(model.get("guide_audio"));
}

/** How many rows the space of the sizes has: those of the longest table. An image's preview takes three or four. */
function rowsOf(/** @type {Offer[]} */ offers) {
  const tables = offers.filter((offer) => !offer.shape_follows_image);
  const ratios = tables.map(({ sizes }) => new Set(Object.values(sizes).flatMap((row) => Object.keys(row))).size);
  const longest = Math.max(0, ...ratios);
  return tables.length === offers.length ? longest : Math.max(longest, tables.length ? 3 : 4);
}

/** @param {Parts} parts @param {Offer} offer @param {Offer[]} offers  the model's offers in all modes */
function showPresence(parts, offer, offers) {
  parts.size.box.style.setProperty("--ww-rows", String(rowsOf(offers)));
  /** @type {[HTMLElement, (offer: Offer) => boolean][]} */
  const optional = [
    [parts.negative.node, (each) => each.negative_prompt_limit !== 0],
    [parts.shots.node, (each) => each.shot_types.length > 0],
    [parts.guide.node, (each) => each.guide_audio],
    [parts.extend.node, (each) => each.prompt_extend],
    [parts.watermark.node, (each) => each.watermark],
  ];
  for (const [node, has] of optional) {
    node.hidden = !offers.some(has);
    node.classList.toggle("ww-absent", !has(offer));
  }
}

/** @param {Model} model @param {Parts} parts @param {Offer} offer @param {import("../shared/types.js").Say} say */
function showChoices(model, parts, offer, say) {
  const mode = model.get("mode");
  const hint = say(`prompt.hint.${mode}`, { name: referenceNames(offer, model.get("_kinds").slice(0, 1))[0] ?? "character1" });
  const optional = mode === "t2v" || offer.prompt_required ? "" : say("prompt.optional");
  parts.prompt.update(model.get("prompt"), offer.prompt_limit, joined(say, hint, optional));
  parts.negative.update(model.get("negative_prompt"), offer.negative_prompt_limit, say("negative_prompt.hint"));
  parts.size.table.update(offer, model.get("resolution"), model.get("aspect_ratio"));
  setText(parts.size.aside, offer.shape_follows_image ? "" : say("size.exact"));
  parts.duration.update(offer, mode === "r2v" ? model.get("_kinds") : [], model.get("duration"));
  parts.shots.choices.update(offer.shot_types.map((shot) => [shot, say(`shot_type.${shot}`)]), model.get("shot_type"));
  const names = { model: model.get("model"), service: model.get("_service").title };
  parts.seed.lack(offer.has_seed ? "" : say("seed.none.why", names));
  parts.seed.update(model.get("seed"));
  parts.sound.update(offer, model.get("audio"));
  parts.extend.update(model.get("prompt_extend"));
  parts.watermark.update(model.get("watermark"));
  parts.extra.update(model.get("extra"));
}

/**
 * @param {Model} model @param {Parts} parts @param {ReturnType<typeof blocksOf>} blocks
 * @param {import("../shared/types.js").Say} say @param {State} state
 */
function showProblems(model, parts, blocks, say, state) {
  // A kernel that has gone checks nothing: what it said last may be untrue of what is typed now.
  const problems = state.gone ? [] : model.get("_problems");
  for (const [name, block] of Object.entries(blocks)) {
    const names = [name, ...(ALSO[name] ?? [])].filter((each) => each !== "audio" || isSeen(parts.guide.node) === (name !== "audio"));
    const found = problems.filter((problem) => names.includes(problem.field)).map((problem) => problem.text);
    const isQuiet = isEmpty(model, name) && !state.attempted.has(model.get("mode"));
    block.setProblem(isSeen(block.node) && !isQuiet ? joined(say, ...found) : "");
  }
  const isElsewhere = (/** @type {string} */ name) => {
    const block = blocks[name === "aspect_ratio" ? "resolution" : name];
    return !block || !isSeen(block.node);
  };
  const words = problems.filter(({ field }) => isElsewhere(field)).map(({ field, text }) => `${field}: ${text}`);
  const silence = state.gone ? say("kernel.gone") : state.silent ? say("generate.silent") : "";
  const early = state.isEarly && !state.gone && isSending(parts) ? say("generate.early") : "";
  const isSaid = state.refusal === model.get("_service").trouble; // beside the button that asks again
  parts.foot.setProblem(joined(say, ...words, isSaid ? "" : state.refusal, early, silence));
}

/** Whether a required field is still empty. @param {Model} model @param {string} name */
function isEmpty(model, name) {
  if (!QUIET_WHILE_EMPTY.has(name)) return false;
  const value = model.get(/** @type {"prompt" | "image" | "references"} */ (name));
  const texts = typeof value === "string" ? [value] : value.map((item) => (typeof item === "string" ? item : item.source));
  return texts.every((text) => text.trim() === "");
}
