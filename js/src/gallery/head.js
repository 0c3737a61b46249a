// The head of the gallery: the search, where, in which sequence, and, on demand, the filters. They are traits.

import { h, onClick, onEnd, setAttribute, setText } from "../shared/dom.js";
import { countOf } from "./states.js";
import { stateOf } from "./words.js";
import { icon } from "./icons.js";

/** @typedef {import("../shared/types.js").Say} Say */
/** @typedef {import("@anywidget/types").AnyModel<any>} Model */

const PAUSE = 250; // ms without a key before it is searched
const PLACES = ["folder", "notebook", "everywhere"];
const SORTS = ["newest", "oldest", "rating", "longest", "dearest"];
const FILTERS = ["status", "provider", "model", "mode", "tag"];

/** @param {Say} say @param {Model} model @param {import("./store.js").Store} store @param {AbortSignal} signal */
export function createHead(say, model, store, signal) {
  const set = (/** @type {string} */ name, /** @type {unknown} */ value) => {
    model.set(name, value);
    model.save_changes();
  };
  let timer = 0;
  const search = h("input", { type: "search", class: "ww-search", placeholder: say("gallery.search"), "aria-label": say("gallery.search") });
  search.value = model.get("search");
  search.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(() => set("search", search.value), search.value ? PAUSE : 0);
  });
  onEnd(signal, () => clearTimeout(timer));
  const where = choice(say("gallery.where"), (value) => set("where", value), "folder");
  const sort = choice(say("gallery.sort"), (value) => set("sort", value), "newest");
  const starred = pressed(say("gallery.starred"), "star", () => set("starred", !model.get("starred")));
  const count = h("span", { class: "ww-count" });
  const fresh = h("button", { class: "ww-fresh", hidden: true, onclick: () => model.send({ kind: "renew" }) });
  const filters = Object.fromEntries(FILTERS.map((name) => [name, choice(say(`gallery.filter.${name}`), (value) => set(name, value || null), name === "status" ? "completed" : "")]));
  const deleted = pressed(say("gallery.deleted"), null, () => set("deleted", !model.get("deleted")));
  const clear = h("button", { class: "ww-quiet", onclick: () => model.send({ kind: "clear" }) }, say("gallery.clear"));
  const second = h("div", { class: "ww-filters", hidden: countOf(model) === 0 }, ...Object.values(filters).map(({ node }) => node), deleted, clear);
  const more = h("button", { "aria-expanded": String(!second.hidden) });
  onClick(more, () => {
    second.hidden = !second.hidden;
    more.setAttribute("aria-expanded", String(!second.hidden));
  });
  const told = h("span", { class: "ww-told" }, count, fresh);
  const choices = h("div", { class: "ww-filters" }, where.node, sort.node, starred, more);
  const first = h("div", { class: "ww-row" }, h("strong", {}, say("gallery")), search, told, choices);

  const update = () => {
    const list = store.list();
    if (document.activeElement !== search) search.value = model.get("search");
    where.update(PLACES.map((each) => [each, say(`gallery.where.${each}`)]), model.get("where"));
    sort.update(SORTS.map((each) => [each, say(`gallery.sort.${each}`)]), model.get("sort"));
    starred.setAttribute("aria-pressed", String(model.get("starred")));
    deleted.setAttribute("aria-pressed", String(model.get("deleted")));
    const number = countOf(model);
    setText(more, number ? say("gallery.filters.set", { count: number }) : say("gallery.filters"));
    more.classList.toggle("ww-set", number > 0);
    clear.hidden = number === 0;
    for (const name of FILTERS) filters[name]?.update(optionsOf(say, name, list, model.get(name)), model.get(name) ?? "");
    setText(count, list ? say("gallery.count", { count: list.total }) : "");
    fresh.hidden = !list?.fresh;
    setText(fresh, say("gallery.fresh", { count: list?.fresh ?? 0 }));
  };
  for (const name of ["where", "sort", "starred", "deleted", "search", ...FILTERS]) model.on(`change:${name}`, update);
  return { node: h("header", {}, first, second), update };
}

/**
 * What a filter can be set to: all, and what orders have.
 * @param {Say} say @param {string} name @param {import("../shared/types.js").GalleryList | null} list @param {string | null} present
 * @returns {[string, string][]}
 */
function optionsOf(say, name, list, present) {
  const known = new Set(Object.keys(list?.choices[name] ?? {}));
  if (present !== null) known.add(present);
  if (name === "status") known.add("completed");
  const words = (/** @type {string} */ each) => (name === "status" ? stateOf(say, each) : name === "mode" ? say(`mode.${each}`) : name === "provider" ? (list?.services[each] ?? each) : each);
  return [["", say(`gallery.all.${name}`)], ...[...known].map((each) => /** @type {[string, string]} */ ([each, words(each)]))];
}

/** A select that is as quiet as a word. It is hidden while there is nothing to choose. */
function choice(/** @type {string} */ label, /** @type {(value: string) => void} */ choose, usual = "") {
  const select = h("select", { "aria-label": label });
  select.addEventListener("change", () => choose(select.value));
  const node = h("span", { class: "ww-select", title: label }, select, icon("down"));
  let drawn = "";
  return {
    node,
    /** @param {[string, string][]} options @param {string} value */
    update(options, value) {
      const state = JSON.stringify(options);
      if (state !== drawn) {
        drawn = state;
        select.replaceChildren(...options.map(([option, text]) => h("option", { value: option }, text)));
        node.hidden = options.length < 2 || (options.length === 2 && options[0]?.[0] === "" && value === "");
      }
      select.value = value;
      node.classList.toggle("ww-set", value !== usual);
    },
  };
}

/** A button that is pressed or not. */
function pressed(/** @type {string} */ label, /** @type {"star" | null} */ drawing, /** @type {() => void} */ act) {
  const node = h("button", { class: "ww-pressed", onclick: act }, drawing && icon(drawing), label);
  setAttribute(node, "aria-pressed", "false");
  return node;
}
