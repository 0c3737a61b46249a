// What all views of a model share: the changes of its cards, its clips and its pictures.

import { followChanges } from "./changes.js";
import { createClips } from "./clips.js";
import { createPictures } from "./pictures.js";
import { guarded } from "../shared/kernel.js";

/** @typedef {ReturnType<typeof shareViews>} Shared */

/** @param {import("@anywidget/types").AnyModel<any>} model  from `initialize` */
export function shareViews(model) {
  const safe = guarded(model, () => {}); // a view says that the kernel is gone
  return { changes: followChanges(safe), clips: createClips(safe), pictures: createPictures(safe) };
}
