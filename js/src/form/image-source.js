// The first frame and its picture. It is an address, or a file that is typed, chosen, dropped or pasted.

import { h, icon, onClick, onEnd, setText } from "../shared/dom.js";
import { field } from "../shared/fields.js";
import { fileButton, fileTaker, sendingLine, takesFiles } from "./files.js";
import { isAddress } from "./thumbnails.js";

const PAUSE = 400; // ms without a key before the picture of a typed address is loaded

/**
 * A text field for one image or sound. It also takes files.
 * @param {"image" | "guide_audio"} name @param {import("../shared/types.js").Kind} kind
 * @param {import("./files.js").Desk} desk
 * @param {(source: string, more?: { typing: boolean }) => void} change
 */
export function sourceField(name, kind, desk, change) {
  const { say } = desk;
  const input = h("input", { type: "text", spellcheck: false, autocomplete: "off" });
  input.inputMode = "url";
  input.addEventListener("input", () => change(input.value, { typing: true }));
  keepEnd(input);
  const line = sendingLine(say);
  const taker = fileTaker(desk, line, () => [kind]);
  const full = (/** @type {File} */ first) => say("file.one", { name: first.name });
  const keep = (/** @type {string} */ path) => {
    last = path; // the message about other files stays
    change(path);
  };
  const take = (/** @type {File[]} */ files) => {
    taker.stop();
    taker.take(files, keep, { room: 1, full });
  };
  const button = fileButton(say("file.choose"), take);
  const clear = h("button", { class: "ww-icon ww-clear", "aria-label": say("file.clear") });
  clear.title = say("file.clear");
  clear.append(icon("close"));
  onClick(clear, () => {
    change("");
    input.focus(); // the button is gone now, and with it the focus
  });
  const buttons = h("span", { class: "ww-source-buttons" }, clear, button.node);
  const box = h("div", {}, h("div", { class: "ww-source" }, input, buttons), line.node);
  const block = field(name, say(name), box, { labelFor: input });
  let last = "";
  let lastOffer = desk.offer();
  return {
    ...block,
    input,
    take,
    place: (/** @type {string} */ address) => change(address),
    forget: taker.forget,
    stop: taker.stop,
    isSending: taker.isSending,
    isFree: () => !input.value.trim(),
    update(/** @type {string} */ source) {
      if (input.value !== source) {
        input.value = source;
        input.title = source;
        showEnd(input);
      }
      const offer = desk.offer();
      if (last !== source) taker.stop(); // this is wanted now, and not the file that is on its way
      if (last !== source || lastOffer !== offer) taker.forget();
      [last, lastOffer] = [source, offer];
      input.placeholder = say(takesFiles([kind], offer) ? `${name}.hint` : `${name}.hint.address`);
      button.accept([kind], offer);
      clear.hidden = !source;
    },
  };
}

/** Show the end of what a field has, whatever its width becomes, unless somebody writes in it. */
export function keepEnd(/** @type {HTMLInputElement} */ input) {
  input.addEventListener("blur", () => showEnd(input));
  new ResizeObserver(() => showEnd(input)).observe(input);
}

/** Show the name of the file at the end of a path or an address, because that is what tells files apart. */
export function showEnd(/** @type {HTMLInputElement} */ input) {
  if (document.activeElement === input) return;
  requestAnimationFrame(() => {
    const name = isAddress(input.value) ? input.value.replace(/[?#].*/s, "") : input.value;
    const { fontSize, fontFamily, paddingLeft, paddingRight } = getComputedStyle(input);
    const canvas = h("canvas").getContext("2d");
    if (!canvas) return;
    canvas.font = `${fontSize} ${fontFamily}`;
    const around = parseFloat(paddingLeft) + parseFloat(paddingRight) + 1;
    input.scrollLeft = canvas.measureText(name).width + around - input.clientWidth;
  });
}

/**
 * A preview of the first frame, beside the size table. The host of the image sees this request, as it will later see
 * the request of the service.
 * @param {import("./files.js").Desk} desk
 * @param {AbortSignal} signal
 */
export function imagePreview({ say, thumbnails, offer }, signal) {
  const caption = h("p");
  const image = h("img", { alt: say("image.preview"), hidden: true, referrerPolicy: "no-referrer" });
  const node = h("div", { class: "ww-preview" }, image, caption);
  let timer = 0;
  let shown = "";
  let isUnseen = false;
  const sayOnly = (/** @type {string} */ text) => {
    image.hidden = true;
    caption.hidden = false;
    setText(caption, text);
  };
  onEnd(signal, () => clearTimeout(timer));
  image.addEventListener("load", () => {
    if (image.getAttribute("src") !== shown) return; // this is a slow picture that is no longer wanted
    image.hidden = false;
    caption.hidden = true;
  });
  const sayUnseen = (/** @type {boolean} */ isFaulty) => {
    isUnseen = true;
    sayOnly(say(isFaulty ? "image.unseen.faulty" : "image.unseen")); // the field itself says what is wrong
  };
  let wasFaulty = false;
  image.addEventListener("error", () => sayUnseen(wasFaulty));
  return {
    node,
    /** @param {string} source @param {boolean} isFaulty */
    update(source, isFaulty) {
      wasFaulty = isFaulty;
      if (!source) sayOnly(say(takesFiles(["image"], offer()) ? "image.drop" : "image.none"));
      const local = thumbnails.of(source, "image");
      const url = local || source;
      if (url === shown) return isUnseen ? sayUnseen(isFaulty) : undefined;
      shown = url;
      isUnseen = false;
      clearTimeout(timer);
      image.removeAttribute("src");
      sayOnly(say("image.none"));
      if (local) image.src = local;
      else if (/^https?:\/\/\S+\.\S|^https?:\/\/(localhost|\d)/i.test(url)) {
        timer = setTimeout(() => (image.src = url), PAUSE);
      }
    },
  };
}
