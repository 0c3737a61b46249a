// The service's own fields that the form does not know. They are typed as JSON and merged over the body that is sent.

import { h, setText } from "../shared/dom.js";
import { field } from "../shared/fields.js";

const isObject = (/** @type {unknown} */ value) => typeof value === "object" && value !== null && !Array.isArray(value);

/** @param {import("../shared/types.js").Say} say @param {import("./parts.js").Writer} write */
export function extraField(say, write) {
  const area = h("textarea", { rows: 2, spellcheck: false, placeholder: say("extra.hint") });
  const block = field("extra", say("extra"), area);
  const summary = h("summary", {}, say("extra.more"));
  const node = h("details", { class: "ww-extra" }, summary, block.node);
  let last = "{}";
  const read = () => {
    const text = area.value.trim();
    if (!text) return {};
    try {
      const value = JSON.parse(text);
      return isObject(value) ? value : null;
    } catch {
      return null;
    }
  };
  area.addEventListener("input", () => {
    const value = read();
    if (value) {
      last = JSON.stringify(value);
      write.set("extra", value, { typing: true });
    }
    block.setProblem(value ? "" : say("extra.invalid"));
  });
  return {
    ...block,
    node,
    input: area,
    isSound: () => read() !== null,
    update(/** @type {Record<string, any>} */ extra) {
      const text = JSON.stringify(extra);
      const count = Object.keys(extra).length;
      setText(summary, count ? say("extra.count", { count }) : say("extra.more"));
      if (text === last) return; // the user's spaces stay while they type
      last = text;
      const lines = JSON.stringify(extra, null, 1);
      const line = lines.replace(/\n\s*/g, " ");
      area.value = count ? (line.length < 60 ? line : lines) : "";
      if (count) node.open = true;
    },
    setProblem(/** @type {string} */ text) {
      block.setProblem(read() ? text : say("extra.invalid"));
      if (text) node.open = true;
    },
  };
}
