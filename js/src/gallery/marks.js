// What the user notes of a clip: a star, a rating, tags, words. All of it is written into the ledger at once.

import { arrowKeys, markChosen } from "../shared/choice.js";
import { h, onClick, setText } from "../shared/dom.js";
import { onKeys } from "../shared/keys.js";
import { icon } from "./icons.js";

const BEST = 5;
const PAUSE = 600; // ms without a key before the note is written

/** @param {import("../shared/types.js").Say} say @param {import("./store.js").Store} store @param {string} id */
export function createMarks(say, store, id) {
  const item = () => /** @type {import("../shared/types.js").GalleryItem} */ (store.item(id));
  const star = h("button", { class: "ww-pressed", onclick: () => store.mark([id], { star: !item().star }) }, icon("star"), say("gallery.star"));
  const rate = (/** @type {string} */ value) => store.mark([id], { rating: Number(value) === item().rating ? null : Number(value) });
  const grades = Array.from({ length: BEST }, (_, number) => {
    const value = String(number + 1);
    const label = say("gallery.rating.value", { count: number + 1 });
    return h("button", { role: "radio", "data-value": value, "aria-label": label, onclick: () => rate(value) }, value);
  });
  const rating = h("div", { class: "ww-segments ww-rating", role: "radiogroup", "aria-label": say("gallery.rating") }, ...grades);
  arrowKeys(rating, () => [grades], (button) => store.mark([id], { rating: Number(button.dataset.value) }));

  const tags = h("ul", { class: "ww-tags" });
  const tag = h("input", { type: "text", placeholder: say("gallery.tag.add"), "aria-label": say("gallery.tag.add"), maxLength: 80 });
  const add = () => {
    const name = tag.value.trim();
    tag.value = "";
    if (name && !item().tags.includes(name)) store.mark([id], /** @type {any} */ ({ tag: name, tags: [...item().tags, name] }));
  };
  onKeys(tag, (event) => {
    if (event.key === "Enter") add();
    else if (event.key === "Escape" && tag.value) tag.value = "";
    else return;
    event.preventDefault();
  });
  tag.addEventListener("blur", add);

  const note = h("textarea", { rows: 2, dir: "auto" });
  let timer = 0;
  const keep = () => {
    clearTimeout(timer);
    if (note.value !== item().note) store.mark([id], { note: note.value });
  };
  note.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(keep, PAUSE);
  });
  note.addEventListener("blur", keep);
  let drawn = "";

  const tagItem = (/** @type {string} */ name) => {
    const label = say("gallery.tag.remove", { tag: name });
    const button = h("button", { "aria-label": label, title: label }, icon("close"));
    onClick(button, () => {
      tag.focus();
      store.mark([id], /** @type {any} */ ({ untag: name, tags: item().tags.filter((each) => each !== name) }));
    });
    return h("li", {}, h("span", { dir: "auto" }, name), button);
  };

  return {
    node: h(
      "div",
      { class: "ww-marks" },
      h("div", { class: "ww-row" }, star, h("div", { class: "ww-rated" }, h("span", { "aria-hidden": "true" }, say("gallery.rating")), rating)),
      h("div", { class: "ww-row" }, tags, tag),
      h("label", {}, say("gallery.note"), note),
    ),
    update() {
      const { star: isStarred, rating: value, tags: names, note: words } = item();
      star.setAttribute("aria-pressed", String(isStarred));
      markChosen(grades, (button) => Number(button.dataset.value) === value, "aria-checked");
      if (drawn !== JSON.stringify(names)) {
        drawn = JSON.stringify(names);
        tags.replaceChildren(...names.map(tagItem));
        tags.hidden = names.length === 0;
      }
      if (document.activeElement !== note && note.value !== words) note.value = words;
      setText(note, words);
    },
  };
}
