// What is the matter with the service in use: a text, and a button that asks it again. It sends { kind: "discover" }.

import { h, onClick, onEnd, setText } from "../shared/dom.js";

const PATIENCE = 12000; // ms; after that the kernel may not exist any more

/**
 * @param {import("@anywidget/types").AnyModel<import("../shared/types.js").FormTraits>} model
 * @param {import("../shared/types.js").Say} say @param {AbortSignal} signal
 */
export function troubleBar(model, say, signal) {
  const words = h("p", { class: "ww-problem", role: "alert" });
  const retry = h("button");
  const node = h("div", { class: "ww-trouble", hidden: true }, words, retry);
  let timer = 0;
  const setBusy = (/** @type {boolean} */ busy) => {
    clearTimeout(timer);
    setText(retry, say(busy ? "service.busy" : "service.again"));
    retry.setAttribute("aria-disabled", String(busy));
    if (busy) timer = setTimeout(setBusy, PATIENCE, false);
  };
  onClick(retry, () => {
    if (retry.getAttribute("aria-disabled") === "true") return;
    setBusy(true);
    model.send({ kind: "discover" });
  });
  model.on("msg:custom", (/** @type {any} */ message) => {
    if (message.kind === "discovered") setBusy(false);
  });
  onEnd(signal, () => clearTimeout(timer));
  setBusy(false);
  return {
    node,
    update() {
      const { trouble } = model.get("_service");
      if (!trouble && node.contains(document.activeElement)) {
        /** @type {HTMLElement | null | undefined} */ (node.parentElement?.querySelector(".ww-generate"))?.focus();
      }
      setText(words, trouble);
      node.hidden = !trouble;
    },
  };
}
