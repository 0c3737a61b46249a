// The choice of the service: a button with the service in use, and a panel to choose another one.
// It sends { kind: "services" } when the panel opens, and { kind: "choose", id, name, region, base_url }.
// Keys stay in Python. Only the names of their variables appear here.

import { arrowKeys, markChosen } from "../shared/choice.js";
import { freshId, h, icon, onClick, onEnd, setText, token } from "../shared/dom.js";
import { onKeys } from "../shared/keys.js";
import { keyWords, regionName, serviceDetails } from "./details.js";

/** @typedef {import("../shared/types.js").Choice} Choice */
/** @typedef {import("@anywidget/types").AnyModel<import("../shared/types.js").FormTraits>} Model */
/** @typedef {import("../shared/types.js").Say} Say */

const PATIENCE = 8000; // ms; after that the kernel may not exist any more

/**
 * @param {Model} model @param {Say} say @param {AbortSignal} signal
 */
export function servicePicker(model, say, signal) {
  const words = h("span");
  const button = h("button", { class: "ww-service", "aria-haspopup": "dialog", "aria-expanded": "false" });
  button.append(h("i", { "aria-hidden": "true" }), words, icon("down"));
  const panel = servicePanel(model, say, signal, () => close(true));
  button.setAttribute("aria-controls", panel.node.id);
  const node = h("div", { class: "ww-picker" }, button, panel.node);
  const close = (/** @type {boolean} */ back) => {
    if (panel.node.hidden) return;
    panel.node.hidden = true;
    button.setAttribute("aria-expanded", "false");
    if (back) button.focus();
  };
  onClick(button, () => {
    if (!panel.node.hidden) return close(true);
    model.send({ kind: "services" }); // variables may have been set since the last time
    panel.node.hidden = false;
    button.setAttribute("aria-expanded", "true");
    return panel.begin();
  });
  onKeys(node, (event) => {
    if (event.key !== "Escape" || panel.node.hidden) return;
    event.stopPropagation();
    close(true);
  });
  document.addEventListener(
    "pointerdown",
    (event) => {
      if (!node.contains(/** @type {Node} */ (event.target))) close(false);
    },
    { signal },
  );
  const update = () => {
    const service = model.get("_service");
    const where = service.simulated && !service.base_url ? say("service.free") : place(say, service);
    setText(words, where ? `${service.title} · ${where}` : service.title);
    button.title = [service.base_url, keyWords(service, say)].filter(Boolean).join("\n");
    node.classList.toggle("ww-simulated", service.simulated);
    panel.update();
  };
  return { node, update };
}

/** The address if it is not one of the service's own, else the region. */
function place(/** @type {Say} */ say, /** @type {import("../shared/types.js").Service} */ service) {
  return service.elsewhere ? service.base_url.replace(/^https?:\/\//, "") : regionName(say, service.region);
}

/**
 * @param {Model} model @param {Say} say @param {AbortSignal} signal @param {() => void} done
 */
function servicePanel(model, say, signal, done) {
  const list = h("div", { class: "ww-services", role: "radiogroup", "aria-label": say("service") });
  const details = serviceDetails(say, () => ask());
  const props = { class: "ww-panel", id: freshId(), role: "dialog", "aria-label": say("service"), hidden: true };
  const node = h("div", props, list, details.node);
  /** @type {HTMLButtonElement[]} */
  let rows = [];
  let picked = ""; // the service that the panel shows; Python says which one is in use
  let drawn = "";

  const choice = () => model.get("_services").find((each) => each.name === picked);
  const show = () => {
    markChosen(rows, (row) => row.dataset.name === picked, "aria-checked");
    details.show(choice(), model.get("_service"));
  };
  const pick = (/** @type {string} */ name) => {
    picked = name;
    details.begin(choice(), model.get("_service"));
    show();
  };
  const question = asker(model, signal, details, done);
  const ask = () => question.ask({ name: picked, ...details.values() });
  arrowKeys(list, () => rows.map((row) => [row]), (row) => pick(row.dataset.name ?? ""));
  onKeys(node, (event) => {
    if (event.key !== "Enter") return;
    event.stopPropagation(); // else Ctrl+Enter would order a clip from the service that was in use before
    if (!/** @type {HTMLElement} */ (event.target).matches(".ww-row, input")) return;
    event.preventDefault();
    ask();
  });

  return {
    node,
    /** Show the service in use first. */
    begin() {
      question.forget();
      pick(model.get("_service").name);
      rows.find((row) => row.dataset.name === picked)?.focus();
    },
    update() {
      const state = JSON.stringify([model.get("_services"), model.get("_service")]);
      if (drawn === state) return;
      drawn = state;
      const hadFocus = rows.some((row) => row === document.activeElement);
      rows = model.get("_services").map((each) => serviceRow(each, model.get("_service"), say, pick));
      list.replaceChildren(...rows);
      if (!node.hidden) show();
      if (hadFocus) rows.find((row) => row.dataset.name === picked)?.focus();
    },
  };
}

/**
 * Asks Python for a service. It waits for the answer before it asks again.
 * @param {Model} model @param {AbortSignal} signal
 * @param {ReturnType<typeof serviceDetails>} details @param {() => void} done
 */
function asker(model, signal, details, done) {
  let asked = ""; // the id of a choice without an answer
  let timer = 0;
  onEnd(signal, () => clearTimeout(timer));
  const forget = () => {
    asked = "";
    clearTimeout(timer);
    details.setBusy(false);
  };
  model.on("msg:custom", (/** @type {any} */ message) => {
    if (!asked || message.id !== asked) return;
    forget();
    if (message.kind === "chosen") {
      details.taken();
      done();
    } else details.refuse(message.message ?? "");
  });
  return {
    forget,
    ask(/** @type {{ name: string, region: string, base_url: string }} */ wish) {
      if (asked) return;
      asked = token();
      details.refuse("");
      details.setBusy(true);
      timer = setTimeout(() => details.refuse(details.silence), PATIENCE);
      model.send({ kind: "choose", id: asked, ...wish });
    },
  };
}

/** @param {Choice} choice @param {import("../shared/types.js").Service} used @param {Say} say @param {(name: string) => void} pick */
function serviceRow(choice, used, say, pick) {
  const ready = !choice.needs_key || choice.key || (used.name === choice.name && used.key);
  const state = choice.simulated ? say("service.free") : ready ? "" : say("key.none");
  const row = h("button", { class: "ww-row", role: "radio", "data-name": choice.name });
  onClick(row, () => pick(choice.name));
  row.append(h("span", {}, choice.title), h("span", { class: "ww-aside" }, state));
  row.classList.toggle("ww-in-use", used.name === choice.name);
  return row;
}
