// What a part of its own, such as gallery-part.js, takes from widgets.js.

export { copy, createCard, RUNNING } from "./cards/card.js";
export { followChanges } from "./cards/changes.js";
export { createClips } from "./cards/clips.js";
export { boardNotes } from "./cards/notes.js";
export { remainingText } from "./cards/remaining.js";
export { shareViews } from "./cards/shared.js";
export { createStage } from "./cards/stage.js";
export { arrowKeys, markChosen } from "./shared/choice.js";
export { drawing, fillBar, h, icon, onClick, onEnd, setAttribute, setText } from "./shared/dom.js";
export { place } from "./shared/frame.js";
export { guarded } from "./shared/kernel.js";
export { onKeys } from "./shared/keys.js";
export { spoken } from "./shared/language.js";
export { nearby } from "./shared/nearby.js";
export { stay } from "./shared/stay.js";
export { addStyle } from "./shared/style.js";
export { clockText, moment, money } from "./shared/words.js";
