// All widgets of the package, by the names under which loader.js asks for them.

export { default as form } from "./form.js";
export { default as studio } from "./studio.js";
export { default as task } from "./task.js";

// A part of its own takes these from here. They stand under names that are the ends of their paths.
import * as card from "./cards/card.js";
import * as clips from "./cards/clips.js";
import * as stage from "./cards/stage.js";
import * as choice from "./shared/choice.js";
import * as dom from "./shared/dom.js";
import * as fields from "./shared/fields.js";
import * as frame from "./shared/frame.js";
import * as kernel from "./shared/kernel.js";
import * as keys from "./shared/keys.js";
import * as language from "./shared/language.js";
import * as stay from "./shared/stay.js";
import * as style from "./shared/style.js";
import * as words from "./shared/words.js";

// @ts-expect-error
const VERSION = /** @type {string} */ (__VERSION__); // the build writes it
const shared = { card, clips, stage, choice, dom, fields, frame, kernel, keys, language, stay, style, words };
/** @type {any} */ (globalThis)[Symbol.for(`wan_widgets-${VERSION}`)] = shared;
