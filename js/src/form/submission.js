// A submission has one id. A double click, an impatient second press and a repeated message all have the same id.
// A press with other values is another submission.

import { onEnd, token } from "../shared/dom.js";

const SETTLED = 700; // ms; a double click is over by then
const PATIENCE = 1500; // ms; after that the kernel is busy, and the button says so
const SILENCE = 8000; // ms; after that the kernel may not exist any more

/**
 * @param {(id: string, values: Record<string, unknown>) => void} send
 * @param {(state: "idle" | "busy" | "waiting" | "silent") => void} show
 * @param {AbortSignal} signal
 */
export function createSubmission(send, show, signal) {
  /** @type {Map<string, { what: string, answered: boolean, timers: number[] }>} */
  const open = new Map();
  const end = (/** @type {string} */ id) => {
    open.get(id)?.timers.forEach(clearTimeout);
    open.delete(id);
    if (open.size === 0) show("idle");
  };
  onEnd(signal, () => [...open.keys()].forEach(end));
  return {
    press(/** @type {Record<string, unknown>} */ values) {
      const what = JSON.stringify(values);
      const [known, same] = [...open].find(([, each]) => each.what === what) ?? [];
      if (known && same) {
        if (!same.answered) send(known, values);
        return;
      }
      const id = token();
      const timers = [setTimeout(show, PATIENCE, "waiting"), setTimeout(show, SILENCE, "silent")];
      open.set(id, { what, answered: false, timers });
      show("busy");
      send(id, values);
    },
    /** Take the kernel's answer. Returns false for an answer to a submission of another view. */
    answer(/** @type {string} */ id, /** @type {boolean} */ accepted) {
      const submission = open.get(id);
      if (!submission || submission.answered) return false;
      submission.answered = true;
      submission.timers.forEach(clearTimeout);
      if (accepted) submission.timers = [setTimeout(end, SETTLED, id)];
      else end(id);
      return true;
    },
  };
}
