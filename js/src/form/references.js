// The references in their order. Each has its name for the prompt, its picture, its address or path, and a choice of
// its kind if the service must know it.

import { h, icon, onClick, setText } from "../shared/dom.js";
import { field, selectBox } from "../shared/fields.js";
import { fileButton, fileTaker, sendingLine, takesFiles } from "./files.js";
import { keepEnd, showEnd } from "./image-source.js";

/** @typedef {import("../shared/types.js").Reference} Reference */
/** @typedef {import("../shared/types.js").Offer} Offer */
/** @typedef {import("../shared/types.js").Kind} Kind */

/** The names of the references in the prompt. Some services count each kind by itself; an unknown kind is an image. */
export function referenceNames(/** @type {Offer | undefined} */ offer, /** @type {string[]} */ kinds) {
  if (!offer?.counts_by_kind) return kinds.map((_, index) => `character${index + 1}`);
  const counts = { Image: 0, Video: 0 };
  return kinds.map((kind) => {
    const name = kind === "video" ? "Video" : "Image";
    counts[name] += 1;
    return `${name} ${counts[name]}`;
  });
}

const sourceOf = (/** @type {Reference} */ reference) => (typeof reference === "string" ? reference : reference.source);

/** A reference with another source. The kind that the user chose stays. */
const placedAt = (/** @type {Reference | undefined} */ reference, /** @type {string} */ source) =>
  typeof reference === "object" && source ? { kind: reference.kind, source } : source;

/** The kinds of references that the service takes. @returns {Kind[]} */
export function kindsOf(/** @type {Offer | undefined} */ offer) {
  /** @type {[Kind, number | null | undefined][]} */
  const limits = [["image", offer?.max_images], ["video", offer?.max_videos]];
  return limits.filter(([, limit]) => limit !== 0).map(([kind]) => kind);
}

/**
 * @param {import("./files.js").Desk} desk
 * @param {(references: Reference[], more: { typing: boolean }) => void} change
 * @param {(name: string) => void} insert
 */
export function referenceSources(desk, change, insert) {
  const { say } = desk;
  const list = h("div", { class: "ww-references", role: "group", "aria-label": say("references") });
  const add = h("button", { class: "ww-quiet" }, say("reference.add"));
  const line = sendingLine(say);
  const note = h("p", { class: "ww-note", hidden: true });
  const kindsTaken = h("span", { class: "ww-aside" });
  const aside = h("span", { class: "ww-head-end" }, kindsTaken, add);
  const block = field("references", say("references"), h("div", {}, list, line.node, note), { aside });
  /** @type {Reference[]} */
  let current = [""];
  /** @type {ReturnType<typeof referenceRow>[]} */
  const rows = [];
  let lastOffer = desk.offer();

  const replaced = (/** @type {number} */ index, /** @type {Reference} */ reference) =>
    current.map((item, other) => (other === index ? reference : item));
  /** An edit by hand also removes the messages about refused files. @type {typeof change} */
  const edit = (references, more) => {
    taker.forget();
    change(references, more);
  };
  const replace = (/** @type {number} */ index, /** @type {Reference} */ reference, typing = false) => {
    edit(replaced(index, reference), { typing });
  };
  /** Put a file that has arrived into the row that it was meant for, if that is still free, else at the end. */
  const placer = (/** @type {() => number} */ meant) => (/** @type {string} */ path) => {
    const index = meant();
    const isThere = index >= 0 && index < current.length;
    change(isThere ? replaced(index, path) : [...current, path], { typing: false });
  };
  const wanted = () => kindsOf(desk.offer());
  const firstFree = () => current.findIndex((item) => !sourceOf(item).trim());
  const taker = fileTaker(desk, line, wanted);
  /** @param {File[]} files @param {number} [row]  the row of the first file */
  const take = (files, row = -1) => {
    const before = JSON.stringify(current[row]);
    const limit = desk.offer()?.max_references ?? 1;
    const others = current.filter((item, index) => index !== row && sourceOf(item).trim());
    let own = row; // -1 once the first file has arrived
    const meant = () => {
      const isOwn = own >= 0 && JSON.stringify(current[own]) === before;
      const index = isOwn ? own : firstFree();
      own = -1;
      return index;
    };
    taker.take(files, placer(meant), { room: limit - others.length, full: () => say("file.many", { limit }) });
  };

  onClick(add, () => {
    edit([...current, ""], { typing: false });
    rows.at(-1)?.input.focus();
  });
  const makeRow = (/** @type {number} */ index) => {
    const row = referenceRow(index, desk, {
      insert: () => insert(row.name()),
      type: (source) => replace(index, placedAt(current[index], source), true),
      tell: (kind) => replace(index, kind ? { kind, source: sourceOf(current[index] ?? "") } : sourceOf(current[index] ?? "")),
      remove: () => {
        (current.length > 1 ? add : rows[0]?.input)?.focus(); // the focus would be lost with the row
        edit(current.filter((_, other) => other !== index), { typing: false });
      },
      files: (files) => take(files, index),
    });
    return row;
  };

  return {
    ...block,
    take: (/** @type {File[]} */ files) => take(files),
    /** Put an address where there is room. */
    place(/** @type {string} */ address) {
      const limit = desk.offer()?.max_references ?? 1;
      if (firstFree() < 0 && current.length >= limit) line.refuse(say("file.many", { limit }));
      else placer(firstFree)(address);
    },
    forget: taker.forget,
    stop: taker.stop,
    isSending: taker.isSending,
    isFree: () => firstFree() >= 0 || current.length < (desk.offer()?.max_references ?? 1),
    get input() {
      return rows[0]?.input ?? add;
    },
    /** @param {Reference[]} references @param {string[]} kinds  empty texts for those that Python does not know */
    update(references, kinds) {
      const offer = desk.offer();
      if (lastOffer !== offer) taker.forget();
      lastOffer = offer;
      current = references.length > 0 ? references : [""];
      while (rows.length > current.length) rows.pop()?.node.remove();
      while (rows.length < current.length) {
        rows.push(makeRow(rows.length));
        list.append(/** @type {HTMLElement} */ (rows.at(-1)?.node));
      }
      const known = current.map((item, index) => (typeof item === "string" ? (kinds[index] ?? "") : item.kind));
      const names = referenceNames(offer, known);
      rows.forEach((row, index) => {
        row.update(current[index] ?? "", known[index] ?? "", names[index] ?? "", offer);
        row.remove.hidden = current.length === 1 && !sourceOf(current[index] ?? "");
      });
      const takes = kindsOf(offer);
      setText(kindsTaken, say(`references.kinds.${takes.length === 1 ? takes[0] : "any"}`));
      add.disabled = current.length >= (offer?.max_references ?? 1);
      const mixed = known.includes("image") && known.includes("video");
      setText(note, mixed ? (offer?.mixing_note ?? "") : "");
      note.hidden = !note.textContent;
    },
  };
}

/**
 * @param {number} index @param {import("./files.js").Desk} desk
 * @param {{
 *   insert(): void, type(source: string): void, tell(kind: Kind | ""): void, remove(): void, files(files: File[]): void,
 * }} acts
 */
function referenceRow(index, { say, thumbnails }, acts) {
  const picture = h("span", { class: "ww-thumb" });
  const chip = h("button", { class: "ww-chip", title: say("reference.insert"), onclick: acts.insert });
  const props = { type: "text", spellcheck: false, autocomplete: "off", inputMode: "url" };
  const input = h("input", { ...props, "aria-label": say("reference", { number: index + 1 }) });
  input.addEventListener("input", () => acts.type(input.value));
  keepEnd(input);
  const kind = kindChoice(say, index, acts.tell);
  const file = fileButton(say("file.choose"), acts.files, { multiple: true });
  const remove = h("button", { class: "ww-icon", "aria-label": say("reference.remove") });
  remove.title = say("reference.remove");
  remove.append(icon("close"));
  onClick(remove, acts.remove);
  const source = h("div", { class: "ww-source" }, input, h("span", { class: "ww-source-buttons" }, file.node));
  const node = h("div", { class: "ww-reference" }, picture, source, chip, kind.node, remove);
  let drawn = "";
  return {
    node,
    input,
    remove,
    name: () => chip.textContent ?? "",
    /** @param {Reference} reference @param {string} known @param {string} name @param {Offer | undefined} offer */
    update(reference, known, name, offer) {
      const source = sourceOf(reference);
      if (input.value !== source) {
        input.value = source;
        input.title = source;
        showEnd(input);
      }
      const takes = kindsOf(offer);
      input.placeholder = say(takesFiles(takes, offer) ? "reference.hint" : "reference.hint.address");
      setText(chip, name);
      kind.node.hidden = !(typeof reference === "object" || (offer?.needs_kinds && !known && source.trim()));
      kind.update(typeof reference === "object" ? reference.kind : "", takes);
      file.accept(takes, offer);
      const url = thumbnails.of(source, `reference ${index}`);
      const wanted = url || known;
      if (drawn === wanted) return;
      drawn = wanted;
      picture.title = known ? say(`kind.${known}`) : "";
      const drawing = known === "image" || known === "video" ? icon(known) : "";
      picture.replaceChildren(url ? h("img", { src: url, alt: "" }) : drawing);
    },
  };
}

/** The choice of a kind, for an address that does not tell its kind. */
function kindChoice(
  /** @type {import("../shared/types.js").Say} */ say,
  /** @type {number} */ index,
  /** @type {(kind: Kind | "") => void} */ tell,
) {
  const select = h("select", { "aria-label": say("kind", { number: index + 1 }) });
  select.addEventListener("change", () => tell(/** @type {Kind | ""} */ (select.value)));
  const node = selectBox(select);
  node.classList.add("ww-kind");
  let drawn = "";
  return {
    node,
    /** @param {string} kind @param {Kind[]} takes */
    update(kind, takes) {
      if (drawn !== takes.join()) {
        drawn = takes.join();
        const option = (/** @type {string} */ value) => h("option", { value }, say(value ? `kind.${value}` : "kind.unknown"));
        select.replaceChildren(option(""), ...takes.map(option));
      }
      select.value = kind;
    },
  };
}
