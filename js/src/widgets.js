// All widgets of the package, by the names under which loader.js asks for them.

export { default as form } from "./form.js";
export { default as studio } from "./studio.js";
export { default as task } from "./task.js";

// A part of its own takes these from here. They stand under names that are the ends of their paths.
import * as card from "./cards/card.js";
import * as changes from "./cards/changes.js";
import * as clips from "./cards/clips.js";
import * as notes from "./cards/notes.js";
import * as pictures from "./cards/pictures.js";
import * as remaining from "./cards/remaining.js";
import * as choice from "./shared/choice.js";
import * as dom from "./shared/dom.js";
import * as frame from "./shared/frame.js";
import * as kernel from "./shared/kernel.js";
import * as keys from "./shared/keys.js";
import * as language from "./shared/language.js";
import * as nearby from "./shared/nearby.js";
import * as stay from "./shared/stay.js";
import * as style from "./shared/style.js";
import * as words from "./shared/words.js";

// @ts-expect-error
const VERSION = /** @type {string} */ (__VERSION__); // the build writes it
const cards = { card, changes, clips, notes, pictures, remaining };
const shared = { ...cards, choice, dom, frame, kernel, keys, language, nearby, stay, style, words };
/** @type {any} */ (globalThis)[Symbol.for(`wan_widgets-${VERSION}`)] = shared;
