// The parts of the form. Each part is made once, shows a value, and writes every edit of it.

import { arrowKeys, markChosen } from "../shared/choice.js";
import { freshId, h, onClick, onEnd, setText } from "../shared/dom.js";
import { field, toggle } from "../shared/fields.js";
import { onKeys } from "../shared/keys.js";
import { noticeBar } from "./notice.js";
import { priceLine } from "./price.js";

/** @typedef {import("../shared/types.js").FormTraits} Traits */
/** @typedef {import("@anywidget/types").AnyModel<Traits>} Model */

export const MODES = ["t2v", "i2v", "r2v"];
const TYPING = 250; // ms without a key before the typed text is sent to Python

/** Writes traits: in this browser at once, and to Python when the typing pauses. */
export function writer(
  /** @type {Model} */ model,
  /** @type {import("./history.js").History} */ history,
  /** @type {AbortSignal} */ signal,
) {
  /** @type {Map<keyof Traits, any>} */
  const typed = new Map(); // the typed values that Python does not have yet
  let timer = 0;
  const flush = () => {
    clearTimeout(timer);
    typed.clear();
    model.save_changes();
  };
  /** The kernel's answer to what was typed before must not replace what was typed since. @param {keyof Traits} name */
  const keep = (name) => {
    if (history.isEditing()) typed.delete(name);
    else if (typed.has(name) && model.get(name) !== typed.get(name)) model.set(name, typed.get(name));
  };
  onEnd(signal, () => clearTimeout(timer));
  return {
    flush,
    keep,
    /** Send what was typed, if Python does not have it yet. */
    settle() {
      if (typed.size > 0) flush();
    },
    /** @template {keyof Traits} K @param {K} name @param {Traits[K]} value */
    set(name, value, { typing = false } = {}) {
      history.edit(() => model.set(name, value), { typing });
      if (typing) typed.set(name, value);
      clearTimeout(timer);
      if (typing) timer = setTimeout(flush, TYPING);
      else flush();
    },
  };
}

/** @typedef {ReturnType<typeof writer>} Writer */
/** @typedef {import("../shared/types.js").Say} Say */

/** @param {Say} say @param {(mode: string) => void} open */
export function tabs(say, open) {
  const panel = freshId();
  const buttons = MODES.map((mode) => {
    const props = { role: "tab", "data-mode": mode, "aria-controls": panel };
    return h("button", { ...props, onclick: () => open(mode) }, say(`mode.${mode}`));
  });
  const node = h("div", { class: "ww-tabs", role: "tablist", "aria-label": say("mode") }, ...buttons);
  arrowKeys(node, () => [buttons.filter((button) => !button.disabled)], (tab) => open(tab.dataset.mode ?? "t2v"));
  return {
    node,
    panel,
    /** @param {string} mode @param {Traits["_offers"]} offers @param {string} service */
    update(mode, offers, service) {
      for (const button of buttons) {
        button.disabled = !((button.dataset.mode ?? "") in offers);
        button.title = button.disabled ? say("mode.lacking", { service, mode: button.textContent ?? "" }) : "";
      }
      markChosen(buttons, (button) => button.dataset.mode === mode, "aria-selected");
    },
  };
}

/**
 * A text area with a count of its characters against the service's limit.
 * @param {"prompt" | "negative_prompt"} name @param {number} lines @param {Say} say @param {Writer} write
 * @param {HTMLElement[]} buttons  beside the count
 */
export function textField(name, lines, say, write, ...buttons) {
  const area = h("textarea", { rows: lines, spellcheck: name === "prompt" });
  area.addEventListener("input", () => write.set(name, area.value, { typing: true }));
  const count = h("span", { class: "ww-count" });
  const aside = h("span", { class: "ww-aside" }, ...buttons, count);
  const block = field(name, say(name), area, { aside });
  return {
    ...block,
    input: area,
    /** @param {string} text @param {number | null} limit  null if no limit is known @param {string} hint */
    update(text, limit, hint) {
      if (area.value !== text) area.value = text;
      area.placeholder = hint;
      const length = [...text].length;
      const shown = limit === null ? (length ? `${length}` : "") : `${length} / ${limit}`;
      setText(count, length > 0 || name === "prompt" ? shown : "");
      count.classList.toggle("ww-over", limit !== null && length > limit);
    },
    /** Insert words at the cursor. */
    insert(/** @type {string} */ words) {
      const before = area.value.slice(0, area.selectionStart);
      const gap = before && !/\s$/.test(before) ? " " : "";
      area.setRangeText(`${gap}${words} `, area.selectionStart, area.selectionEnd, "end");
      area.focus();
      write.set(name, area.value);
    },
  };
}

/** @param {Say} say @param {Writer} write */
export function seedField(say, write) {
  const input = h("input", { type: "text", inputMode: "numeric", placeholder: say("seed.hint"), autocomplete: "off" });
  const dice = h("button", { class: "ww-icon ww-dice", "aria-label": say("seed.roll") });
  dice.title = say("seed.roll");
  for (let pip = 0; pip < 5; pip += 1) dice.append(h("i"));
  const box = h("div", { class: "ww-seed" }, input, dice);
  const isSound = () => box.hidden || /^(-1|\d{1,15})?$/.test(input.value.trim());
  input.addEventListener("input", () => {
    const text = input.value.trim();
    if (isSound()) write.set("seed", text ? Number(text) : null, { typing: true });
    block.setProblem(isSound() ? "" : say("seed.invalid"));
  });
  onClick(dice, () => {
    write.set("seed", (crypto.getRandomValues(new Uint32Array(1))[0] ?? 0) % 2 ** 31);
  });
  const aside = h("span", { class: "ww-aside" }, say("seed.empty"));
  const fact = h("span", { class: "ww-fact", hidden: true }, say("seed.none"));
  const block = field("seed", say("seed"), h("div", {}, box, fact), { labelFor: input, aside });
  let last = "";
  return {
    ...block,
    input,
    isSound,
    /** A model without seeds has a line that says so in place of the field. @param {string} why  empty: it has seeds */
    lack(why) {
      box.hidden = aside.hidden = Boolean(why);
      fact.hidden = !why;
      fact.title = why;
    },
    update(/** @type {number | null} */ seed) {
      const text = seed === null ? "" : String(seed);
      if (text === last && (input.value.trim() === text || !isSound())) return; // the user's text stays while they type
      last = text;
      input.value = text;
    },
    setProblem(/** @type {string} */ text) {
      block.setProblem(isSound() ? text : say("seed.invalid"));
    },
  };
}

/** The sound: a switch if there is a choice, else a text that says how it is. */
export function soundField(/** @type {Say} */ say, /** @type {Writer} */ write) {
  const choice = toggle(say("audio"), (on) => write.set("audio", on));
  const fact = h("span", { class: "ww-fact" });
  const node = h("div", { class: "ww-sound" }, choice.node, fact);
  const block = field("audio", "", node);
  return {
    ...block,
    /** @param {import("../shared/types.js").Offer} offer @param {boolean} on */
    update(offer, on) {
      // If the service refuses the value, the switch must be there to correct it.
      const fixed = offer.audio !== "optional" && on === (offer.audio === "always");
      choice.node.hidden = fixed;
      fact.hidden = !fixed;
      setText(fact, fixed ? say(`audio.${offer.audio}`) : "");
      choice.update(on);
    },
  };
}

/** A question before the order is sent, with two answers. */
function questionBar(/** @type {Say} */ say) {
  const words = h("span");
  const yes = h("button", {}, say("repeat.yes"));
  const no = h("button", {}, say("repeat.no"));
  const answers = h("div", { class: "ww-answers" }, no, yes);
  const node = h("div", { class: "ww-question", role: "alertdialog", "aria-label": say("repeat.label"), hidden: true }, words, answers);
  return {
    node,
    onAnswer(/** @type {(sure: boolean) => void} */ hear) {
      onClick(yes, () => hear(true));
      onClick(no, () => hear(false));
      onKeys(node, (event) => {
        if (event.key === "Escape") hear(false);
      });
    },
    ask(/** @type {string} */ question) {
      const isNew = node.hidden && question !== "";
      setText(words, question);
      node.hidden = !question;
      if (!isNew) return;
      no.focus();
      node.scrollIntoView({ block: "nearest" });
      answers.scrollIntoView({ block: "nearest" });
    },
  };
}

/** @param {Say} say @param {() => void} press @param {ReturnType<typeof import("../service/trouble.js").troubleBar>} trouble */
export function footer(say, press, trouble) {
  const price = priceLine(say);
  const words = h("span");
  const keys = /Mac|iPhone|iPad/.test(navigator.platform) ? say("keys.mac") : say("keys");
  const button = h("button", { class: "ww-main ww-generate", onclick: () => press() }, words);
  button.append(h("kbd", { "aria-hidden": "true" }, keys));
  const problem = h("p", { class: "ww-problem", role: "alert", hidden: true });
  const question = questionBar(say);
  const notice = noticeBar(say);
  const node = h("div", { class: "ww-footer" }, notice.node, trouble.node, problem, price.node, button, question.node);
  setText(words, say("generate"));
  return {
    ask(/** @type {string} */ words) {
      question.ask(words);
      button.hidden = Boolean(words); // the answers stand in its place
    },
    onAnswer: question.onAnswer,
    node,
    notice,
    price,
    trouble,
    /** @param {"idle" | "busy" | "waiting" | "silent"} state */
    show(state) {
      const keys = { idle: "generate", busy: "generate.busy", waiting: "generate.waiting", silent: "generate.waiting" };
      setText(words, say(keys[state]));
      button.dataset.state = state;
    },
    setProblem(/** @type {string} */ text) {
      setText(problem, text);
      problem.hidden = !text;
    },
  };
}
