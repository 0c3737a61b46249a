// Files and pictures of web pages that are dropped anywhere on the form, or pasted into it. Each goes to the field that
// takes its kind. If this mode has none, a notice offers the modes that have one, or says why it is of no use. A clip
// with a recipe fills the form, unless this mode takes clips.

import { openMode } from "../service/model-choice.js";
import { joined } from "../shared/words.js";
import { fileOf, isOurs, linkIn } from "../shared/dragging.js";
import { kindOf, refusal } from "./files.js";
import { MODES } from "./parts.js";
import { isSidecar, mayHaveRecipe, recipeIn } from "./recipes.js";
import { kindsOf } from "./references.js";
import { isSeen } from "./update.js";

/** @typedef {import("../shared/types.js").Kind} Kind */
/** @typedef {import("../shared/types.js").Offer} Offer */
/** @typedef {import("./layout.js").Parts} Parts */
/** @typedef {import("../shared/dragging.js").Link} Link */

/** The kinds of files that have a field in a mode. @param {string} mode @param {Offer | undefined} offer @returns {Kind[]} */
function kindsIn(mode, offer) {
  if (!offer) return [];
  const own = mode === "i2v" ? [/** @type {Kind} */ ("image")] : mode === "r2v" ? kindsOf(offer) : [];
  return offer.guide_audio ? [...own, "audio"] : own;
}

/**
 * @param {import("./layout.js").Model} model @param {Parts} parts @param {import("./files.js").Desk} desk
 * @param {ReturnType<typeof import("./recipes.js").recipeFiller>} fill
 */
export function receiver(model, parts, desk, fill) {
  const { say, service } = desk;
  const fields = [
    { name: "image", part: parts.image, kinds: () => /** @type {Kind[]} */ (["image"]) },
    { name: "references", part: parts.references, kinds: () => kindsOf(desk.offer()) },
    { name: "guide_audio", part: parts.guide, kinds: () => /** @type {Kind[]} */ (["audio"]) },
  ];
  /** The field for a file: where it was dropped, or else where its kind is taken, if nothing is replaced by mistake. */
  const fieldFor = (/** @type {Kind | ""} */ kind, /** @type {string} */ spot) => {
    const seen = fields.filter(({ part }) => isSeen(part.node));
    const aimed = seen.find(({ name }) => name === spot);
    const fitting = seen.filter(({ kinds }) => kind && kinds().includes(kind));
    if (aimed && (!kind || fitting.includes(aimed))) return aimed;
    return fitting.find(({ part }) => !aimed || part.isFree()) ?? aimed;
  };

  /** Why a file or a link is not taken in a mode; empty if it is taken there. */
  const obstacle = (/** @type {File | Link} */ file, /** @type {string} */ mode) => {
    const offer = model.get("_offers")[mode];
    const kind = kindOf(file);
    const kinds = kindsIn(mode, offer);
    if (!kind) return file instanceof File ? say("drop.nothing", { name: file.name }) : say("drop.link");
    if (!kinds.includes(kind)) return say(`drop.no.${kind}`, { service: service() });
    if (!(file instanceof File)) return "";
    return refusal(file, [kind], { ...desk, offer: () => offer });
  };
  /** Offer what has no field here to other modes, or say why it is of no use, after other `words`. */
  const tell = (/** @type {(File | Link)[]} */ files, /** @type {string} */ words) => {
    const mode = model.get("mode");
    const others = MODES.filter((each) => each !== mode && each in model.get("_offers"));
    const useful = others.filter((each) => files.some((file) => !obstacle(file, each)));
    const [first] = files;
    const show = (/** @type {string} */ text, /** @type {string[]} */ modes = []) =>
      parts.notice.show(
        joined(say, words, text),
        modes.map((each) => ({ label: say(`mode.${each}`), act: () => openWith(each, files) })),
      );
    if (!first) return words ? show("") : undefined;
    if (useful.length === 0) {
      const reasons = others.map((each) => obstacle(first, each));
      const general = say(`drop.no.${kindOf(first)}`, { service: service() });
      return show(reasons.find((reason) => reason !== general) ?? general);
    }
    const values = { name: first.name || say("image"), count: files.length, mode: say(`mode.${mode}`) };
    show(say(files.length > 1 ? "drop.offer.several" : "drop.offer", values), useful);
  };
  const openWith = (/** @type {string} */ mode, /** @type {(File | Link)[]} */ files) => {
    openMode(model, mode);
    take(files, "");
    (mode === "i2v" ? parts.image : parts.references).input.focus();
  };
  /** Fill the form with the recipe of a clip, and offer what else could have been meant. */
  const fillFrom = async (/** @type {Blob} */ recipe, /** @type {File} */ file) => {
    fields.forEach(({ part }) => part.stop()); // these messages were for the list that is replaced now
    const { isFilled, words, undo } = await fill(recipe, file.name);
    const back = { label: say("undo"), act: undo };
    const use = () => {
      undo();
      openWith("r2v", [file]);
    };
    const isUseful = model.get("mode") !== "r2v" && !isSidecar(file) && "r2v" in model.get("_offers") && !obstacle(file, "r2v");
    parts.notice.show(words, isFilled ? [back, ...(isUseful ? [{ label: say("recipe.reference"), act: use }] : [])] : []);
  };
  const receive = async (/** @type {(File | Link)[]} */ files, /** @type {string} */ spot, words = "") => {
    const clips = files.filter((file) => files.length === 1 || !(file instanceof File) || !isSidecar(file));
    const [only] = clips;
    if (clips.length !== 1 || !(only instanceof File) || !mayHaveRecipe(only)) return take(clips, spot, words);
    const recipe = await recipeIn(only);
    if (!recipe) return take(clips, spot, words);
    const mode = model.get("mode");
    if (isSidecar(only) || !kindsIn(mode, model.get("_offers")[mode]).includes("video")) return fillFrom(recipe, only);
    take(clips, spot, words);
    const actions = [
      { label: say("recipe.fill"), act: () => fillFrom(recipe, only) },
      { label: say("recipe.keep"), act: () => {} },
    ];
    parts.notice.show(joined(say, words, say("recipe.either", { name: only.name })), actions);
  };
  const take = (/** @type {(File | Link)[]} */ files, /** @type {string} */ spot, words = "") => {
    parts.notice.hide();
    fields.forEach(({ part }) => part.forget());
    const homes = files.map((file) => fieldFor(kindOf(file), spot));
    for (const field of fields) {
      const own = files.filter((_, index) => homes[index] === field);
      if (own.length === 0) continue;
      for (const each of own) if (!(each instanceof File)) field.part.place(each.address);
      const real = own.filter((each) => each instanceof File);
      if (real.length > 0) field.part.take(real);
      field.part.node.scrollIntoView({ block: "nearest" });
    }
    tell(files.filter((_, index) => !homes[index]), words);
  };
  return { receive, nodeFor: (/** @type {Kind | ""} */ kind, /** @type {string} */ spot) => fieldFor(kind, spot)?.part.node };
}

/**
 * Hear the files that are dropped on the form and pasted into it.
 * @param {HTMLElement} root @param {ReturnType<typeof receiver>} receiver @param {Parts} parts
 * @param {import("../shared/types.js").Say} say
 */
export function hearFiles(root, { receive, nodeFor }, parts, say) {
  const spotOf = (/** @type {Event} */ event) =>
    /** @type {HTMLElement | null} */ (/** @type {Element} */ (event.target).closest("[data-field]"))?.dataset.field ?? "";
  /** @type {HTMLElement | undefined} */
  let marked;
  const mark = (/** @type {HTMLElement | undefined} */ node) => {
    if (marked === node) return;
    marked?.classList.remove("ww-over-drop");
    node?.classList.add("ww-over-drop");
    marked = node;
  };
  const on = (/** @type {string} */ type, /** @type {(event: DragEvent, data: DataTransfer) => void} */ act) => {
    root.addEventListener(type, (event) => {
      const drag = /** @type {DragEvent} */ (event);
      if (!drag.dataTransfer || !isOurs(drag)) return;
      drag.preventDefault(); // else the browser would open the file in place of the notebook
      drag.stopPropagation();
      act(drag, drag.dataTransfer);
    });
  };
  on("dragenter", () => {});
  on("dragover", (event, data) => {
    data.dropEffect = "copy";
    const [first] = data.items;
    const isFile = data.types.includes("Files");
    mark(nodeFor(isFile ? (first ? kindOf(first) : "") : "image", spotOf(event)) ?? root);
  });
  on("dragleave", ({ relatedTarget }) => {
    if (!(relatedTarget instanceof Node && root.contains(relatedTarget))) mark(undefined);
  });
  on("drop", (event, data) => {
    mark(undefined);
    const folders = [...data.items].flatMap((item) => item.webkitGetAsEntry?.() ?? []).filter((entry) => entry.isDirectory);
    const names = new Set(folders.map((folder) => folder.name));
    const files = [...data.files].filter((file) => !names.has(file.name));
    const words = folders[0] ? say("drop.folder", { name: folders[0].name }) : "";
    if (files[0] || words) receive(files, spotOf(event), words);
    else receiveLink(linkIn(data), spotOf(event));
  });
  const receiveLink = async (/** @type {Link | null} */ link, /** @type {string} */ spot) => {
    const found = link && ((await fileOf(link)) ?? link);
    const isUseful = found instanceof File ? found.size > 0 : found && (spot || kindOf(found));
    if (found && isUseful) receive([found], spot);
    else parts.notice.show(say("drop.link"));
  };
  root.addEventListener("paste", (event) => {
    const files = [...(event.clipboardData?.files ?? [])];
    if (files.length === 0 || event.clipboardData?.types.includes("text/plain")) return;
    event.preventDefault();
    receive(files, spotOf(event));
  });
}
