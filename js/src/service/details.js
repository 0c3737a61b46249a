// The details of a service before it is chosen: its region, its address, and where its key comes from.

import { h, setText } from "../shared/dom.js";
import { field, selectBox } from "../shared/fields.js";
import { either } from "../shared/words.js";

/** @typedef {import("../shared/types.js").Choice} Choice */
/** @typedef {import("../shared/types.js").Service} Service */
/** @typedef {import("../shared/types.js").Say} Say */

/** The name of a region in the language; one that only a provider of one's own has stands as it is called there. */
export function regionName(/** @type {Say} */ say, /** @type {string} */ region) {
  const name = say(`region.${region}`);
  return name === `region.${region}` ? region.slice(0, 1).toUpperCase() + region.slice(1) : name;
}

/** The words that say where the key in use came from. */
export function keyWords(/** @type {Service} */ service, /** @type {Say} */ say) {
  if (!service.key) return service.needs_key ? "" : say("key.unneeded");
  return service.key === "api_key=" ? say("key.given") : say("key.from", { variable: service.key });
}

/** The words that say which key a service would have if it were chosen. */
function keyOutlook(/** @type {Choice} */ choice, /** @type {import("../shared/types.js").Service} */ used, /** @type {Say} */ say) {
  if (used.name === choice.name && used.key) return keyWords(used, say);
  if (choice.key) return say("key.from", { variable: choice.key });
  return choice.needs_key ? say("key.missing", { variables: either(say, choice.variables) }) : say("key.unneeded");
}

/** @param {Say} say @param {() => void} ask */
export function serviceDetails(say, ask) {
  const regions = h("select");
  const region = field("region", say("region"), selectBox(regions), { labelFor: regions });
  const address = h("input", { type: "text", inputMode: "url", spellcheck: false, autocomplete: "off" });
  const base = field("base_url", say("base_url"), address);
  const key = h("p", { class: "ww-key" });
  const recipe = h("code", { class: "ww-recipe" });
  const refused = h("p", { class: "ww-problem", role: "alert", hidden: true });
  const take = h("button", { class: "ww-main ww-take", onclick: ask });
  const node = h("div", { class: "ww-details" }, region.node, base.node, key, refused, recipe, take);
  /** @type {Choice | undefined} */
  let shown;
  /** @type {Map<string, string>} */
  const typed = new Map(); // the addresses that were typed and not used yet, by service
  address.addEventListener("input", () => typed.set(shown?.name ?? "", address.value));
  const usualAddress = () => shown?.regions[regions.value] ?? shown?.base_url ?? "";
  const showAddress = () => {
    address.placeholder = usualAddress() || say(shown?.simulated ? "base_url.embedded" : "base_url.hint");
  };
  const refuse = (/** @type {string} */ text) => {
    setText(refused, text);
    refused.hidden = !text;
    key.hidden = Boolean(shown?.variables.some((name) => text.includes(name))); // the refusal says the same
  };
  let busy = false;
  const setBusy = (/** @type {boolean} */ now) => {
    busy = now;
    setText(take, busy ? say("service.busy") : say("service.take", { service: shown?.title ?? "" }));
    take.setAttribute("aria-disabled", String(busy));
  };
  regions.addEventListener("change", showAddress);

  return {
    node,
    refuse,
    silence: say("generate.silent"),
    values: () => ({ region: regions.value, base_url: address.value.trim() }),
    setBusy,
    /** Forget the typed address of the service that is shown: it is in use now. */
    taken() {
      typed.delete(shown?.name ?? "");
    },
    /** Begin with a service. Its region and address are those in use, or else its usual ones. */
    begin(/** @type {Choice | undefined} */ choice, /** @type {Service} */ used) {
      shown = choice;
      const same = used.name === choice?.name;
      const names = Object.keys(choice?.regions ?? {});
      regions.replaceChildren(...names.map((each) => h("option", { value: each }, regionName(say, each))));
      regions.value = (same ? used.region : choice?.region) ?? "";
      address.value = typed.get(choice?.name ?? "") ?? (same && used.base_url !== usualAddress() ? used.base_url : "");
      refuse("");
      setBusy(busy);
    },
    show(/** @type {Choice | undefined} */ choice, /** @type {Service} */ used) {
      shown = choice;
      if (!choice) return;
      region.node.hidden = Object.keys(choice.regions).length === 0;
      showAddress();
      setText(key, keyOutlook(choice, used, say));
      recipe.hidden = !choice.needs_key || Boolean(choice.key) || (used.name === choice.name && used.key !== "");
      setText(recipe, `ww.login("${choice.name}")`);
    },
  };
}
