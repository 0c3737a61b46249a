// Pressing Generate: it sends one submission with all values, and shows a refusal.

import { createSubmission } from "./submission.js";

/** @typedef {import("../shared/types.js").FormTraits} Traits */
/** @typedef {import("@anywidget/types").AnyModel<Traits>} Model */
/** @typedef {Pick<Traits, typeof VALUES[number]>} Values */

export const VALUES = /** @type {const} */ ([
  "mode",
  "model",
  "like",
  "prompt",
  "negative_prompt",
  "image",
  "references",
  "guide_audio",
  "resolution",
  "aspect_ratio",
  "duration",
  "seed",
  "prompt_extend",
  "audio",
  "shot_type",
  "watermark",
  "extra",
]);

/** All values of the form. */
export const valuesOf = (/** @type {Model} */ model) =>
  /** @type {Values} */ (Object.fromEntries(VALUES.map((name) => [name, model.get(name)])));

/** Whether a file is on its way that the clip is to be made from. */
export const isSending = (/** @type {import("./layout.js").Parts} */ { image, references, guide }) =>
  [image, references, guide].some((part) => part.isSending() && part.node.checkVisibility());

/**
 * @param {Model} model @param {import("./parts.js").Writer} write @param {AbortSignal} signal
 * @param {import("./update.js").State} state
 * @param {{ parts(): import("./layout.js").Parts, update(): void, root(): HTMLElement }} form
 */
export function orderer(model, write, signal, state, form) {
  const submission = createSubmission(
    (id, { sure, ...values }) => model.send({ kind: "generate", id, values, sure: Boolean(sure) }),
    (stage) => {
      state.silent = stage === "silent";
      form.parts().foot.show(state.gone ? "idle" : stage);
      form.update();
    },
    signal,
  );
  model.on("msg:custom", (/** @type {any} */ message) => {
    state.gone = false;
    if (!submission.answer(message.id, message.kind === "accepted")) return;
    state.question = message.kind === "asked" ? message.question : "";
    if (message.kind === "asked") return form.update();
    if (message.kind !== "refused") return;
    state.attempted.add(model.get("mode"));
    state.refusal = message.message ?? "";
    form.update();
    const faulty = [...form.root().querySelectorAll(".ww-faulty")].find((node) => node.checkVisibility());
    /** @type {HTMLElement | null | undefined} */
    const control = faulty?.querySelector("input:not([type='file']), textarea, select, [tabindex='0']");
    control?.focus();
  });
  return ({ sure = false } = {}) => {
    state.refusal = state.question = "";
    form.parts().notice.hide();
    write.flush();
    state.isEarly = isSending(form.parts()); // else the clip would be made from the file before it
    if (state.isEarly) return form.update();
    const unsound = [form.parts().seed, form.parts().extra].find((part) => part.node.checkVisibility() && !part.isSound());
    if (unsound) return unsound.input.focus();
    form.root().dispatchEvent(new Event("ww-press", { bubbles: true })); // the Studio then looks out for the card
    const values = valuesOf(model);
    return submission.press(sure ? { ...values, sure } : values);
  };
}
