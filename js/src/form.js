// The form. Shows the traits of a VideoForm, writes them as one edits, and sends { kind: "generate", id, values }.

import { h, keepKeys, setText } from "./dom.js";
import { field, segments, toggle } from "./fields.js";
import { footer, seedField, soundField, tabs, textField, writer } from "./form-parts.js";
import { sizeTable } from "./size-table.js";
import { imagePreview, imageSource, referenceSources } from "./sources.js";
import { createSubmission } from "./submission.js";

/** @typedef {import("./types.js").FormTraits} Traits */
/** @typedef {import("@anywidget/types").AnyModel<Traits>} Model */

const VALUES = /** @type {const} */ ([
  "mode",
  "model",
  "prompt",
  "negative_prompt",
  "image",
  "references",
  "resolution",
  "aspect_ratio",
  "duration",
  "seed",
  "prompt_extend",
  "audio",
  "shot_type",
  "watermark",
]);
const QUIET_WHILE_EMPTY = new Set(["prompt", "image", "references"]);

/** @param {{ model: Model, el: HTMLElement, signal: AbortSignal }} props */
function render({ model, el, signal }) {
  /** @type {import("./types.js").Say} */
  const say = (key) => model.get("_labels")[key] ?? key;
  const write = writer(model, signal);
  const bar = tabs(say, write);
  const prompt = textField("prompt", 3, say, write);
  const negative = textField("negative_prompt", 1, say, write);
  const image = imageSource(say, (url) => write.set("image", url, { typing: true }));
  const preview = imagePreview(say, signal);
  const references = referenceSources(say, (urls, more) => write.set("references", urls, more), prompt.insert);
  const sizes = sizeTable(say, (resolution, ratio) => {
    if (ratio !== null) model.set("aspect_ratio", ratio);
    write.set("resolution", resolution);
  });
  const sizeAside = h("span", { class: "ww-aside" });
  const size = field("resolution", say("size"), h("div", { class: "ww-size-box" }, sizes.node, preview.node), {
    aside: sizeAside,
  });
  const lengths = segments(say("duration"), (value) => write.set("duration", Number(value)));
  const duration = field("duration", say("duration"), lengths.node);
  const shots = segments(say("shot_type"), (value) => write.set("shot_type", value));
  const shotType = field("shot_type", say("shot_type"), shots.node);
  const seed = seedField(say, write);
  const sound = soundField(say, write);
  const extend = toggle(say("prompt_extend"), (on) => write.set("prompt_extend", on));
  const watermark = toggle(say("watermark"), (on) => write.set("watermark", on));

  /** @type {Set<string>} */
  const attempted = new Set(); // the modes in which Generate has been refused
  let refusal = ""; // what the last press came to, until the next
  let silent = false;
  const submission = createSubmission(
    (id, values) => model.send({ kind: "generate", id, values }),
    (state) => {
      silent = state === "silent";
      foot.show(state);
      update();
    },
    signal,
  );
  const press = () => {
    refusal = "";
    write.flush();
    if (!seed.isSound()) return seed.input.focus();
    return submission.press(Object.fromEntries(VALUES.map((name) => [name, model.get(name)])));
  };
  const foot = footer(say, press);

  const wordsBox = h("div", { class: "ww-words" }, image.node, references.node, prompt.node);
  const pair = (/** @type {HTMLElement[]} */ ...nodes) => h("div", { class: "ww-pair" }, ...nodes);
  const switches = h("div", { class: "ww-switches" }, extend.node, watermark.node);
  const body = h("div", { class: "ww-body", id: bar.panel, role: "tabpanel" }, wordsBox, negative.node, size.node);
  body.append(pair(duration.node, shotType.node), pair(seed.node, sound.node), switches);
  const root = h("section", { class: "ww ww-form" }, h("div", { class: "ww-top" }, bar.node), body, foot.node);
  keepKeys(root);
  root.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && !event.repeat) {
      event.preventDefault();
      press();
    }
  });

  /** @type {Record<string, { setProblem(text: string): void, input?: HTMLElement, node: HTMLElement }>} */
  const blocks = {
    image,
    references,
    prompt,
    negative_prompt: negative,
    resolution: size,
    duration,
    shot_type: shotType,
    seed,
    audio: sound,
  };

  const problemOf = (/** @type {string} */ name) => {
    const names = name === "resolution" ? ["resolution", "aspect_ratio"] : [name];
    const empty = QUIET_WHILE_EMPTY.has(name) && String(model.get(/** @type {keyof Traits} */ (name)) ?? "").trim() === "";
    if (empty && !attempted.has(model.get("mode"))) return "";
    const problems = model.get("_problems").filter((problem) => names.includes(problem.field));
    return problems.map((problem) => problem.text).join(" ");
  };

  const update = () => {
    const mode = model.get("mode");
    const offer = model.get("_offers")[mode];
    bar.update(mode, model.get("_offers"));
    body.setAttribute("aria-label", say(`mode.${mode}`));
    root.dataset.mode = mode;
    image.node.hidden = mode !== "i2v";
    references.node.hidden = mode !== "r2v";
    preview.node.hidden = !offer?.shape_follows_image;
    image.update(model.get("image"));
    preview.update(mode === "i2v" ? model.get("image").trim() : "");
    seed.update(model.get("seed"));
    extend.update(model.get("prompt_extend"));
    watermark.update(model.get("watermark"));
    foot.update(model.get("_service"));
    if (offer) {
      prompt.update(model.get("prompt"), offer.prompt_limit, say(`prompt.hint.${mode}`));
      negative.update(model.get("negative_prompt"), offer.negative_prompt_limit, say("negative_prompt.hint"));
      references.update(model.get("references"), offer.max_references);
      sizes.update(offer, model.get("resolution"), model.get("aspect_ratio"));
      setText(sizeAside, offer.shape_follows_image ? "" : say("size.exact"));
      lengths.update(offer.durations.map((length) => [String(length), `${length} ${say("seconds")}`]), String(model.get("duration")));
      shots.update(offer.shot_types.map((shot) => [shot, say(`shot_type.${shot}`)]), model.get("shot_type"));
      shotType.node.classList.toggle("ww-absent", offer.shot_types.length === 0);
      sound.update(offer, model.get("audio"));
    }
    for (const [name, block] of Object.entries(blocks)) block.setProblem(block.node.hidden ? "" : problemOf(name));
    const elsewhere = model.get("_problems").filter(({ field: name }) => name !== "aspect_ratio" && !(name in blocks));
    const words = elsewhere.map(({ field: name, text }) => `${name}: ${text}`);
    foot.setProblem([...words, refusal, silent ? say("generate.silent") : ""].filter(Boolean).join(" "));
  };

  const onMessage = (/** @type {any} */ message) => {
    if (!submission.answer(message.id, message.kind === "accepted") || message.kind !== "refused") return;
    attempted.add(model.get("mode"));
    refusal = message.message ?? "";
    update();
    const first = Object.values(blocks).find((block) => block.node.classList.contains("ww-faulty"));
    const control = first?.input ?? first?.node.querySelector("input, textarea, [tabindex='0']");
    /** @type {HTMLElement | null | undefined} */ (control)?.focus();
  };

  for (const name of /** @type {const} */ ([...VALUES, "_labels", "_service", "_offers", "_problems"])) {
    model.on(`change:${name}`, update);
  }
  model.on("msg:custom", onMessage);
  update();
  el.append(root);
}

export default { render };
