// Who answers: a button that says so, and a panel to choose another. Sends { kind: "services" } when it opens and
// { kind: "choose", id, name, region, base_url }. Keys stay with Python: here only the names of their variables appear.

import { arrowKeys, markChosen } from "./choice.js";
import { freshId, h, icon, setText, token } from "./dom.js";
import { field, selectBox } from "./fields.js";

/** @typedef {import("./types.js").Choice} Choice */
/** @typedef {import("@anywidget/types").AnyModel<import("./types.js").FormTraits>} Model */
/** @typedef {import("./types.js").Say} Say */

const PATIENCE = 8000; // ms: after that the kernel may not be there at all

/**
 * @param {Model} model @param {Say} say @param {AbortSignal} signal
 */
export function servicePicker(model, say, signal) {
  const words = h("span");
  const button = h("button", { type: "button", class: "ww-service", "aria-haspopup": "dialog", "aria-expanded": "false" });
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
  button.addEventListener("click", () => {
    if (!panel.node.hidden) return close(true);
    model.send({ kind: "services" }); // variables may have been set since
    panel.node.hidden = false;
    button.setAttribute("aria-expanded", "true");
    return panel.begin();
  });
  node.addEventListener("keydown", (event) => {
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
    const where = service.simulated && !service.base_url ? say("price.free").toLowerCase() : place(service);
    setText(words, where ? `${service.title} · ${where}` : service.title);
    button.title = [service.base_url, keyWords(service, say)].filter(Boolean).join("\n");
    node.classList.toggle("ww-simulated", service.simulated);
    panel.update();
  };
  return { node, update };
}

/** A region, or the host of an address that is not the service's usual one. */
function place(/** @type {import("./types.js").Service} */ service) {
  if (service.region) return capital(service.region);
  const own = /^https?:\/\/(localhost|\[|[\d.]+(:|$))/.test(service.base_url);
  return own ? service.base_url.replace(/^https?:\/\//, "") : "";
}

const capital = (/** @type {string} */ word) => word.slice(0, 1).toUpperCase() + word.slice(1);

/** Where the key in use came from. */
function keyWords(/** @type {import("./types.js").Service} */ service, /** @type {Say} */ say) {
  if (!service.key) return service.needs_key ? "" : say("key.unneeded");
  return service.key === "api_key=" ? say("key.given") : say("key.from", { variable: service.key });
}

/** What is known of a key before a service is chosen. */
function keyOutlook(/** @type {Choice} */ choice, /** @type {import("./types.js").Service} */ used, /** @type {Say} */ say) {
  if (used.name === choice.name && used.key) return keyWords(used, say);
  if (choice.key) return say("key.from", { variable: choice.key });
  return choice.needs_key ? say("key.missing", { variables: choice.variables.join(` ${say("or")} `) }) : say("key.unneeded");
}

/**
 * @param {Model} model @param {Say} say @param {AbortSignal} signal @param {() => void} done
 */
function servicePanel(model, say, signal, done) {
  const list = h("div", { class: "ww-services", role: "radiogroup", "aria-label": say("service") });
  const regions = h("select");
  const region = field("region", say("region"), selectBox(regions), { labelFor: regions });
  const address = h("input", { type: "text", inputMode: "url", spellcheck: false, autocomplete: "off" });
  const base = field("base_url", say("base_url"), address);
  const key = h("p", { class: "ww-key" });
  const recipe = h("code", { class: "ww-recipe" });
  const refused = h("p", { class: "ww-problem", role: "alert", hidden: true });
  const take = h("button", { type: "button", class: "ww-take" });
  const details = h("div", { class: "ww-details" }, region.node, base.node, key, recipe, refused, take);
  const props = { class: "ww-panel", id: freshId(), role: "dialog", "aria-label": say("service"), hidden: true };
  const node = h("div", props, list, details);
  /** @type {HTMLButtonElement[]} */
  let rows = [];
  let picked = ""; // what stands in the panel; what is in use, Python says
  let drawn = "";
  let asked = ""; // the id of a choice that was not answered yet
  let timer = 0;
  signal.addEventListener("abort", () => clearTimeout(timer));

  const choice = () => model.get("_services").find((each) => each.name === picked);
  const refuse = (/** @type {string} */ text) => {
    setText(refused, text);
    refused.hidden = !text;
  };
  const settle = () => {
    asked = "";
    clearTimeout(timer);
    showTake();
  };
  const showTake = () => {
    setText(take, asked ? say("service.busy") : say("service.take", { service: choice()?.title ?? "" }));
    take.setAttribute("aria-disabled", String(Boolean(asked)));
  };
  const pick = (/** @type {string} */ name) => {
    picked = name;
    const [used, chosen] = [model.get("_service"), choice()];
    const same = used.name === name;
    regions.replaceChildren(...Object.keys(chosen?.regions ?? {}).map((each) => h("option", { value: each }, capital(each))));
    regions.value = (same ? used.region : chosen?.region) ?? "";
    address.value = same && used.base_url !== usualAddress() ? used.base_url : "";
    refuse("");
    show();
  };
  const usualAddress = () => choice()?.regions[regions.value] ?? choice()?.base_url ?? "";
  const show = () => {
    const [used, chosen] = [model.get("_service"), choice()];
    markChosen(rows, (row) => row.dataset.name === picked, "aria-checked");
    if (!chosen) return;
    region.node.hidden = Object.keys(chosen.regions).length === 0;
    address.placeholder = usualAddress() || say(chosen.simulated ? "base_url.embedded" : "base_url.hint");
    setText(key, keyOutlook(chosen, used, say));
    const lacks = chosen.needs_key && !chosen.key && !(used.name === chosen.name && used.key);
    recipe.hidden = !lacks;
    setText(recipe, `ww.login("${chosen.name}")`);
    showTake();
  };
  const choose = () => {
    if (asked) return;
    asked = token();
    refuse("");
    showTake();
    timer = setTimeout(() => refuse(say("generate.silent")), PATIENCE);
    model.send({ kind: "choose", id: asked, name: picked, region: regions.value, base_url: address.value.trim() });
  };
  model.on("msg:custom", (/** @type {any} */ message) => {
    if (!asked || message.id !== asked) return;
    settle();
    if (message.kind === "chosen") done();
    else refuse(message.message ?? "");
  });
  take.addEventListener("click", choose);
  regions.addEventListener("change", show);
  arrowKeys(list, () => rows.map((row) => [row]), (row) => pick(row.dataset.name ?? ""));
  node.addEventListener("keydown", (event) => {
    const target = /** @type {HTMLElement} */ (event.target);
    if (event.key === "Enter" && (target === address || target.role === "radio")) {
      event.preventDefault();
      event.stopPropagation();
      choose();
    }
  });

  return {
    node,
    /** Open it at what is in use. */
    begin() {
      settle();
      pick(model.get("_service").name);
      rows.find((row) => row.dataset.name === picked)?.focus();
    },
    update() {
      const choices = model.get("_services");
      const state = JSON.stringify([choices, model.get("_service")]);
      if (drawn === state) return;
      drawn = state;
      const hadFocus = rows.some((row) => row === document.activeElement);
      rows = choices.map((each) => serviceRow(each, model.get("_service"), say, pick));
      list.replaceChildren(...rows);
      if (!node.hidden) show();
      if (hadFocus) rows.find((row) => row.dataset.name === picked)?.focus();
    },
  };
}

/** @param {Choice} choice @param {import("./types.js").Service} used @param {Say} say @param {(name: string) => void} pick */
function serviceRow(choice, used, say, pick) {
  const ready = !choice.needs_key || choice.key || (used.name === choice.name && used.key);
  const state = choice.simulated ? say("price.free").toLowerCase() : ready ? "" : say("key.none");
  const row = h("button", { type: "button", class: "ww-row", role: "radio", "data-name": choice.name });
  row.addEventListener("click", () => pick(choice.name));
  row.append(h("span", {}, choice.title), h("span", { class: "ww-aside" }, state));
  row.classList.toggle("ww-in-use", used.name === choice.name);
  return row;
}
