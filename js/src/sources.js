// What a clip is made from besides words: the first frame, or the references with their names for the prompt.

import { field } from "./fields.js";
import { h, setText } from "./dom.js";

/**
 * @param {import("./types.js").Say} say
 * @param {(url: string) => void} change
 */
export function imageSource(say, change) {
  const input = h("input", { type: "url", placeholder: say("image.hint"), spellcheck: false, autocomplete: "off" });
  input.addEventListener("input", () => change(input.value));
  const block = field("image", say("image"), input);
  return {
    ...block,
    input,
    update(/** @type {string} */ url) {
      if (input.value !== url) input.value = url;
    },
  };
}

/**
 * The first frame, where the size table leaves room for it. The image's host sees the request, as it will the service's.
 * @param {import("./types.js").Say} say
 * @param {AbortSignal} signal
 */
export function imagePreview(say, signal) {
  const caption = h("p", {}, say("image.none"));
  const image = h("img", { alt: say("image.preview"), hidden: true, referrerPolicy: "no-referrer" });
  const node = h("div", { class: "ww-preview" }, image, caption);
  let timer = 0;
  let shown = "";
  const sayOnly = (/** @type {string} */ text) => {
    image.hidden = true;
    caption.hidden = false;
    setText(caption, text);
  };
  signal.addEventListener("abort", () => clearTimeout(timer));
  image.addEventListener("load", () => {
    if (image.getAttribute("src") !== shown) return; // a slow one that is no longer wanted
    image.hidden = false;
    caption.hidden = true;
  });
  image.addEventListener("error", () => sayOnly(say("image.unseen")));
  return {
    node,
    update(/** @type {string} */ url) {
      if (url === shown) return;
      shown = url;
      clearTimeout(timer);
      image.removeAttribute("src");
      sayOnly(say("image.none"));
      if (/^https?:\/\/\S+\.\S|^https?:\/\/(localhost|\d)/i.test(url)) timer = setTimeout(() => (image.src = url), 400);
    },
  };
}

/**
 * @param {import("./types.js").Say} say
 * @param {(urls: string[], more: { typing: boolean }) => void} change
 * @param {(name: string) => void} insert
 */
export function referenceSources(say, change, insert) {
  const list = h("div", { class: "ww-references", role: "group", "aria-label": say("references") });
  const add = h("button", { type: "button", class: "ww-quiet" }, say("reference.add"));
  const block = field("references", say("references"), list, { aside: add });
  /** @type {{ node: HTMLElement, input: HTMLInputElement, remove: HTMLElement }[]} */
  const rows = [];
  const urls = () => rows.map((row) => row.input.value);
  add.addEventListener("click", () => {
    change([...urls(), ""], { typing: false });
    rows.at(-1)?.input.focus();
  });

  const makeRow = (/** @type {number} */ index) => {
    const name = `character${index + 1}`;
    const chip = h("button", { type: "button", class: "ww-chip", title: say("reference.insert") }, name);
    chip.addEventListener("click", () => insert(name));
    const props = { type: "url", placeholder: say("reference.hint"), spellcheck: false, autocomplete: "off" };
    const input = h("input", { ...props, "aria-label": `${say("reference")} ${index + 1}` });
    input.addEventListener("input", () => change(urls(), { typing: true }));
    const remove = h("button", { type: "button", class: "ww-icon", "aria-label": say("reference.remove") }, "×");
    remove.addEventListener("click", () => {
      add.focus(); // this row may be the one that goes
      change(urls().filter((_, other) => other !== index), { typing: false });
    });
    return { node: h("div", { class: "ww-reference" }, chip, input, remove), input, remove };
  };

  return {
    ...block,
    get input() {
      return rows[0]?.input ?? add;
    },
    /** @param {string[]} references @param {number} limit */
    update(references, limit) {
      const wanted = references.length > 0 ? references : [""];
      while (rows.length > wanted.length) rows.pop()?.node.remove();
      while (rows.length < wanted.length) {
        rows.push(makeRow(rows.length));
        list.append(/** @type {HTMLElement} */ (rows.at(-1)?.node));
      }
      rows.forEach((row, index) => {
        if (row.input.value !== wanted[index]) row.input.value = wanted[index] ?? "";
        row.remove.hidden = wanted.length === 1;
      });
      add.disabled = wanted.length >= limit;
    },
  };
}
