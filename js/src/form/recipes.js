// Clips that are dropped or chosen, and carry a recipe: the form then takes the values that made the clip. Python reads
// the recipe; here it is only found. It sends { kind: "recipe", id, name } with the recipe's packet, or with the file of
// JSON that stands beside a clip.

import { token } from "../shared/dom.js";
import { kindOf } from "./files.js";
import { valuesOf } from "./generate.js";

const LARGEST = 2 ** 20; // bytes, of a recipe
const MOST = 1000; // boxes of a clip that are looked at
const ID = "be7acfcb97a942e89c71999491e3afac"; // the id of a box that has an XMP packet
const NAMESPACE = "urn:wan-widgets:recipe/";

/** Whether a file is the one beside a clip that has its recipe. */
export const isSidecar = (/** @type {{ name: string }} */ { name }) => /\.recipe\.json$/i.test(name);

/** Whether a file may carry a recipe. */
export const mayHaveRecipe = (/** @type {File} */ file) => isSidecar(file) || kindOf(file) === "video";

/** The packet or the JSON with the recipe of a file; null if it has none. Of a clip, only the heads of its boxes are read. */
export async function recipeIn(/** @type {File} */ file) {
  if (isSidecar(file)) return file.size <= LARGEST ? file : null;
  try {
    for (const box of (await packetsIn(file)).reverse()) {
      if ((await box.text()).includes(NAMESPACE)) return box;
    }
  } catch {
    // the file was moved or changed in the meantime; whoever sends it says so
  }
  return null;
}

/** The packets of XMP at the top of an MP4. @returns {Promise<Blob[]>} */
async function packetsIn(/** @type {File} */ file) {
  const found = [];
  for (let at = 0, count = 0; at + 8 <= file.size && count < MOST; count += 1) {
    const head = new DataView(await file.slice(at, at + 32).arrayBuffer());
    const type = String.fromCharCode(...new Uint8Array(head.buffer, 4, 4));
    const isLong = head.getUint32(0) === 1;
    const start = isLong ? 16 : 8;
    if (head.byteLength < start || (at === 0 && type !== "ftyp")) return [];
    const size = isLong ? Number(head.getBigUint64(8)) : head.getUint32(0);
    if (size < start || at + size > file.size) return [];
    const id = Array.from(new Uint8Array(head.buffer.slice(start, start + 16)), (byte) => byte.toString(16).padStart(2, "0"));
    if (type === "uuid" && id.join("") === ID && size <= LARGEST) found.push(file.slice(at + start + 16, at + size));
    at += size;
  }
  return found;
}

/**
 * Fills the form with recipes. The values that were there before can be brought back.
 * @param {import("./layout.js").Model} model @param {import("./parts.js").Writer} write
 * @param {import("./history.js").History} history
 */
export function recipeFiller(model, write, history) {
  /** @type {Map<string, (answer: { isFilled: boolean, words: string }) => void>} */
  const waiting = new Map();
  model.on("msg:custom", (/** @type {any} */ { kind, id, words }) => {
    if (kind !== "recipe-filled" && kind !== "recipe-refused") return;
    waiting.get(id)?.({ isFilled: kind === "recipe-filled", words });
    waiting.delete(id);
  });
  /** Fill the form, tell what Python says of it, and how to take it back. @param {Blob} recipe @param {string} name */
  return async (recipe, name) => {
    const content = await recipe.arrayBuffer();
    write.settle(); // the values that can be brought back must have what is typed now
    history.announce();
    const before = valuesOf(model);
    const id = token();
    const answer = new Promise((/** @type {(answer: { isFilled: boolean, words: string }) => void} */ hear) => waiting.set(id, hear));
    model.send({ kind: "recipe", id, name }, undefined, [content]);
    return { ...(await answer), undo: () => history.bringBack(before) };
  };
}
