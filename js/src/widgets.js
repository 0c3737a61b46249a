// All widgets of the package, by the names under which loader.js asks for them.

export { default as form } from "./form.js";
export { default as studio } from "./studio.js";
export { default as task } from "./task.js";

// A part of its own takes these from here.
import { copy } from "./cards/card.js";
import { createClips } from "./cards/clips.js";
import { createStage } from "./cards/stage.js";
import { arrowKeys, markChosen } from "./shared/choice.js";
import { drawing, h, setAttribute, setText } from "./shared/dom.js";
import { place } from "./shared/frame.js";
import { guarded } from "./shared/kernel.js";
import { onKeys } from "./shared/keys.js";
import { spoken } from "./shared/language.js";
import { stay } from "./shared/stay.js";
import { addStyle } from "./shared/style.js";
import { moment, money } from "./shared/words.js";

// @ts-expect-error
const VERSION = /** @type {string} */ (__VERSION__); // the build writes it
/** @type {any} */ (globalThis)[Symbol.for(VERSION)] = {
  copy,
  createClips,
  createStage,
  arrowKeys,
  markChosen,
  drawing,
  h,
  setAttribute,
  setText,
  place,
  guarded,
  onKeys,
  spoken,
  stay,
  addStyle,
  moment,
  money,
};
