// Files for a field: choosing them with a button, and sending them. A file is refused before any of it is sent.

import { h, icon, onClick, setText } from "../shared/dom.js";
import { joined, megabytes, series, share } from "../shared/words.js";

/** @typedef {import("../shared/types.js").Kind} Kind */
/** @typedef {import("../shared/types.js").Offer} Offer */

/**
 * What all fields that take files use.
 * @typedef {{
 *   say: import("../shared/types.js").Say,
 *   sender: import("./sending.js").Sender,
 *   thumbnails: import("./thumbnails.js").Thumbnails,
 *   service(): string,
 *   offer(): Offer | undefined,
 * }} Desk
 */

/** The endings of files whose type the browser often does not know. @type {[RegExp, Kind][]} */
const ENDINGS = [
  [/\.(avif|bmp|gif|heic|heif|jpe?g|png|tiff?|webp)$/i, "image"],
  [/\.(avi|m4v|mkv|mov|mp4|mpe?g|webm|wmv)$/i, "video"],
  [/\.(aac|flac|m4a|mp3|ogg|opus|wav)$/i, "audio"],
];

/** The kind of a file, or of one that is dragged, which has no name yet; empty if it is not known. @returns {Kind | ""} */
export function kindOf(/** @type {{ type: string, name?: string }} */ { type, name = "" }) {
  const kind = /** @type {Kind[]} */ (["image", "video", "audio"]).find((each) => type.startsWith(`${each}/`));
  return kind ?? (type ? "" : (ENDINGS.find(([ending]) => ending.test(name))?.[1] ?? ""));
}

/**
 * Why a file cannot be sent; empty if it can be sent, as far as the browser knows.
 * @param {File} file @param {Kind[]} wanted @param {Desk} desk
 */
export function refusal(file, wanted, { say, service, offer }) {
  const rules = offer()?.files ?? {};
  const values = { service: service(), name: file.name, type: file.type };
  if (Object.keys(rules).length === 0) return say("file.addresses", values);
  const kind = wanted.find((each) => each === kindOf(file)) ?? (file.type || wanted.length !== 1 ? undefined : wanted[0]);
  if (!kind) return file.type ? say(`file.wanted.${wanted.join("-")}`, values) : "";
  const rule = rules[kind];
  if (!rule) return say(`file.no.${kind}`, values);
  const types = rule.types.map((type) => (type.split("/")[1] ?? type).replace("quicktime", "mov").toUpperCase());
  if (file.type && !rule.types.includes(file.type) && !ALIASES[file.type]?.some((type) => rule.types.includes(type))) {
    return say("file.type", { ...values, types: series(say, types) });
  }
  if (file.size > rule.max_bytes) {
    return say("file.large", { ...values, size: megabytes(say, file.size), limit: megabytes(say, rule.max_bytes) });
  }
  return "";
}

/** Whether files of any of these kinds can be sent. */
export function takesFiles(/** @type {Kind[]} */ kinds, /** @type {Offer | undefined} */ offer) {
  return kinds.some((kind) => offer?.files[kind]);
}

/** The browsers' media types that have other names at the services. @type {Record<string, string[]>} */
const ALIASES = {
  "audio/x-wav": ["audio/wav"],
  "audio/wav": ["audio/x-wav"],
  "audio/mp3": ["audio/mpeg"],
  "audio/x-m4a": ["audio/mp4", "audio/m4a"],
};

/**
 * A button that opens the browser's file dialog.
 * @param {string} label @param {(files: File[]) => void} take
 * @param {{ multiple?: boolean, drawing?: "file" | "video" }} [more]
 */
export function fileButton(label, take, { multiple = false, drawing = "file" } = {}) {
  const input = h("input", { type: "file", multiple, hidden: true, tabIndex: -1 });
  input.addEventListener("change", () => {
    take([...(input.files ?? [])]);
    input.value = ""; // so that the same file can be chosen again
  });
  const button = h("button", { class: "ww-icon ww-file-button", "aria-label": label, title: label });
  button.append(icon(drawing));
  onClick(button, () => input.click());
  const node = h("span", { class: "ww-file-choice" }, button, input);
  return {
    node,
    /** Offer only files whose names end so. */
    only(/** @type {string} */ endings) {
      input.accept = endings;
    },
    /** Offer only files that can be sent. The button is hidden if there are none. */
    accept(/** @type {Kind[]} */ kinds, /** @type {Offer | undefined} */ offer) {
      input.accept = kinds.flatMap((kind) => offer?.files[kind]?.types ?? []).join(",");
      node.hidden = !takesFiles(kinds, offer);
    },
  };
}

/** A button that opens a clip, or the file beside it, whose recipe fills the form. */
export function recipeButton(/** @type {import("../shared/types.js").Say} */ say) {
  let take = (/** @type {File[]} */ _) => {};
  const button = fileButton(say("recipe.open"), (files) => take(files), { multiple: true, drawing: "video" }); // a clip and the file beside it
  button.only(".mp4,.json");
  return { node: button.node, hear: (/** @type {typeof take} */ hear) => (take = hear) };
}

/** The line under a field that shows the progress of a file. */
export function sendingLine(/** @type {import("../shared/types.js").Say} */ say) {
  const words = h("span", { class: "ww-sending-words" });
  const bar = h("progress", { max: 1, value: 0, "aria-label": say("progress") });
  const stop = h("button", { class: "ww-icon", "aria-label": say("cancel"), title: say("cancel") });
  stop.append(icon("close"));
  const refused = h("p", { class: "ww-problem", role: "alert", hidden: true });
  const moving = h("div", { class: "ww-sending", hidden: true }, words, bar, stop);
  let cancel = () => {};
  onClick(stop, () => cancel());
  return {
    node: h("div", {}, moving, refused),
    isBusy: () => !moving.hidden,
    /** @param {File} file @param {number} received @param {() => void} call */
    show(file, received, call) {
      cancel = call;
      moving.hidden = false;
      setText(words, `${file.name} · ${share(say, received, file.size)}`);
      bar.value = file.size ? received / file.size : 1;
    },
    hide() {
      moving.hidden = true;
    },
    refuse(/** @type {string} */ text) {
      setText(refused, text);
      refused.hidden = !text;
    },
  };
}

/**
 * Sends files one after the other. A line shows the progress and names the files that cannot be sent.
 * @param {Desk} desk @param {ReturnType<typeof sendingLine>} line @param {() => Kind[]} wanted
 */
export function fileTaker(desk, line, wanted) {
  /** @type {string[]} */
  let refused = [];
  /** @type {Set<() => void>} */
  const calls = new Set(); // each calls a file off that has not arrived
  /** @param {File} file @param {(path: string) => void} place */
  const sendOne = (file, place) => {
    const settle = () => {
      calls.delete(stop);
      if (calls.size === 0) line.hide();
    };
    const cancel = desk.sender.send(file, {
      progress: (received) => line.show(file, received, stop),
      stored: (path) => {
        settle();
        desk.thumbnails.keep(path, file);
        place(path);
      },
      failed: (message) => {
        settle();
        refused.push(`${file.name}: ${message}`);
        line.refuse(joined(desk.say, ...refused));
      },
    });
    const stop = () => {
      cancel();
      settle();
    };
    calls.add(stop);
    if (calls.size === 1) line.show(file, 0, stop);
  };
  return {
    isSending: () => calls.size > 0,
    /** Call off all files that have not arrived. */
    stop: () => [...calls].forEach((stop) => stop()),
    /**
     * Send as many of the sound files as there is room for. `full` makes the message about the others.
     * @param {File[]} files @param {(path: string) => void} place
     * @param {{ room: number, full: (first: File) => string }} limit
     */
    take(files, place, { room, full }) {
      if (!line.isBusy()) refused = [];
      const reasons = files.map((file) => refusal(file, wanted(), desk));
      const sound = files.filter((_, index) => !reasons[index]);
      if (sound[0] && sound.length > room) refused.push(full(sound[0]));
      refused.push(...reasons);
      sound.slice(0, Math.max(0, room)).forEach((file) => sendOne(file, place));
      line.refuse(joined(desk.say, ...new Set(refused)));
    },
    /** Forget the messages about refused files. */
    forget() {
      refused = [];
      line.refuse("");
    },
  };
}
