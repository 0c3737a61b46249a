// The drawings that only the gallery has.

import { drawing } from "../shared/dom.js";

const DRAWINGS = {
  back: "M9.5 4 5.5 8 9.5 12",
  close: "M4 4l8 8M12 4l-8 8",
  down: "M4 6.5 8 10.5 12 6.5",
  next: "M6.5 4 10.5 8 6.5 12",
  star: "M8 2.2l1.8 3.7 4 .6-2.9 2.8.7 4L8 11.4l-3.6 1.9.7-4L2.2 6.5l4-.6z",
  tick: "M3.5 8.5 6.5 11.5 12.5 4.5",
};

/** A small drawing beside a word or in place of one. */
export const icon = (/** @type {keyof typeof DRAWINGS} */ name) => drawing(DRAWINGS[name]);
