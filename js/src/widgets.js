// All widgets of the package, by the names under which loader.js asks for them.

export { default as form } from "./form.js";
export { default as studio } from "./studio.js";
export { default as task } from "./task.js";

// A part of its own takes these from here.
import { copy, createCard, RUNNING } from "./cards/card.js";
import { followChanges } from "./cards/changes.js";
import { createClips } from "./cards/clips.js";
import { boardNotes } from "./cards/notes.js";
import { remainingText } from "./cards/remaining.js";
import { shareViews } from "./cards/shared.js";
import { createStage } from "./cards/stage.js";
import { arrowKeys, markChosen } from "./shared/choice.js";
import { drawing, fillBar, h, icon, onClick, onEnd, setAttribute, setText } from "./shared/dom.js";
import { place } from "./shared/frame.js";
import { guarded } from "./shared/kernel.js";
import { onKeys } from "./shared/keys.js";
import { spoken } from "./shared/language.js";
import { nearby } from "./shared/nearby.js";
import { stay } from "./shared/stay.js";
import { addStyle } from "./shared/style.js";
import { clockText, moment, money } from "./shared/words.js";

// @ts-expect-error
const VERSION = /** @type {string} */ (__VERSION__); // the build writes it
/** @type {any} */ (globalThis)[Symbol.for(VERSION)] = {
  copy,
  createCard,
  RUNNING,
  followChanges,
  createClips,
  boardNotes,
  remainingText,
  shareViews,
  createStage,
  arrowKeys,
  markChosen,
  drawing,
  fillBar,
  h,
  icon,
  onClick,
  onEnd,
  setAttribute,
  setText,
  place,
  guarded,
  onKeys,
  spoken,
  nearby,
  stay,
  addStyle,
  clockText,
  moment,
  money,
};
