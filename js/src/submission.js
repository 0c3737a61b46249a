// One submission, one id: a double click, an impatient second press and a re-sent message all carry the same.

import { token } from "./dom.js";

const SETTLED = 700; // ms: a double click is over by then
const PATIENCE = 1500; // ms: after that the kernel is busy, and the button says so

/**
 * @param {(id: string) => void} send
 * @param {(state: "idle" | "busy" | "waiting") => void} show
 */
export function createSubmission(send, show) {
  let id = token();
  let pressed = 0;
  let answered = false;
  let busy = false;
  let patience = 0;

  const settle = () => {
    clearTimeout(patience);
    busy = false;
    id = token();
    show("idle");
  };
  return {
    press() {
      if (!busy) {
        busy = true;
        answered = false;
        pressed = performance.now();
        show("busy");
        patience = setTimeout(() => show("waiting"), PATIENCE);
      }
      if (!answered) send(id);
    },
    /** The kernel's word on it; another view's submissions are not ours. */
    answer(/** @type {string} */ to, /** @type {boolean} */ accepted) {
      if (to !== id || answered) return false;
      answered = true;
      if (accepted) setTimeout(settle, Math.max(0, SETTLED - (performance.now() - pressed)));
      else settle();
      return true;
    },
  };
}
