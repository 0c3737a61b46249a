// A widget in a notebook is two pieces of plain HTML: an empty anchor, and a record that the notebook keeps. While the
// kernel lives, the widget is shown in its anchor and the record is hidden. Without a kernel, the record is what is left.

import { onEnd } from "./dom.js";

/** @typedef {import("@anywidget/types").AnyModel<any>} Model */
/** @typedef {{ el: HTMLElement, remove(): void, trigger?(event: string): void }} View */
/** @typedef {{ look(anchor: HTMLElement): void, tidy(): void }} Owner */

// These are beginnings of classes, because some front ends remove other attributes from what they do not trust.
const ANCHOR = "ww-anchor-";
const RECORD = "ww-record-";
const CLIPS = "ww-clips-";
const TEXT = "jp-RenderedHTMLCommon"; // the front end's look of texts, which would change that of the widget
const AWAY = 60000; // ms; a notebook takes cells out of the page while they are scrolled away
const LATE = 3000; // ms; a new record may be on its way

/** Show a widget in its anchors for as long as its kernel lives. @param {Model} model @param {AbortSignal} signal */
export function stay(model, signal) {
  const manager = /** @type {any} */ (model).widget_manager;
  if (typeof manager?.create_view !== "function" || typeof document === "undefined") return; // it is shown otherwise
  const begin = () => {
    const id = model.get("_anchor");
    if (id && !signal.aborted) mounting(model, manager, id, signal);
  };
  if (model.get("_anchor")) begin();
  else model.on("change:_anchor", begin);
}

/**
 * Whether a widget has no kernel any more. JupyterLab tells no widget that its notebook was closed; a notebook that is
 * opened again in the same page has another kernel.
 */
const isDead = (/** @type {any} */ inner, /** @type {any} */ manager) =>
  inner.comm_live === false || manager.kernel === null;

/** @param {Model} model @param {any} manager @param {string} id @param {AbortSignal} signal */
function mounting(model, manager, id, signal) {
  /** @type {Map<HTMLElement, View | null>} */
  const views = new Map(); // a view that is not made yet is null
  /** @type {Set<HTMLElement>} */
  const away = new Set(); // anchors that are out of the page, and for which a timer runs
  const sheet = document.createElement("style");
  // With a way of certain steps the browser need not look through whole outputs whenever a word in them changes.
  sheet.textContent = `.${RECORD}${id}, .jp-OutputArea-child:has(> .jp-OutputArea-output > .${RECORD}${id}) { display: none; }`;
  const unmount = (/** @type {HTMLElement} */ anchor) => {
    views.get(anchor)?.remove();
    views.delete(anchor);
    if (views.size === 0) sheet.remove();
  };
  const look = async (/** @type {HTMLElement} */ anchor) => {
    if (views.has(anchor)) return;
    views.set(anchor, null);
    const inner = await manager.get_model(id);
    if (isDead(inner, manager)) return [...views.keys()].forEach(unmount); // an anchor out of the page hides the record too
    const view = /** @type {View} */ (await manager.create_view(inner));
    if (signal.aborted || !anchor.isConnected) {
      view.remove();
      views.delete(anchor);
      return;
    }
    anchor.closest(`.${TEXT}`)?.classList.remove(TEXT);
    anchor.replaceChildren(view.el);
    views.set(anchor, view);
    document.head.append(sheet);
    view.trigger?.("displayed");
    setTimeout(compare, LATE);
  };
  const lookAll = () => document.querySelectorAll(`.${ANCHOR}${id}`).forEach((each) => look(/** @type {HTMLElement} */ (each)));
  const tidy = () => {
    for (const anchor of views.keys()) {
      if (anchor.isConnected || away.has(anchor)) continue;
      away.add(anchor);
      setTimeout(() => {
        away.delete(anchor);
        if (!anchor.isConnected) unmount(anchor);
      }, AWAY);
    }
  };
  /** After the page was loaded anew, the kernel cannot reach the records in it any more. */
  const compare = () => {
    const kept = [...document.querySelectorAll(`.${RECORD}${id}`)].map((each) => Number(ending(each, CLIPS)));
    model.set("_unkept", kept.length ? Math.max(0, model.get("_recorded") - Math.max(...kept)) : 0);
  };
  const onLife = async () => {
    const inner = await manager.get_model(id);
    if (isDead(inner, manager)) [...views.keys()].forEach(unmount);
    else lookAll();
  };
  const forget = watch(id, { look, tidy });
  model.on("change:_recorded", () => setTimeout(compare, LATE));
  model.on(/** @type {any} */ ("comm_live_update"), onLife);
  onEnd(signal, () => {
    forget();
    [...views.keys()].forEach(unmount);
  });
  lookAll();
}

/**
 * Hear of the anchors of a model that come into the page. One observer serves all widgets of the page.
 * @param {string} id @param {Owner} owner
 */
function watch(id, owner) {
  const page = /** @type {any} */ (globalThis);
  /** @type {Map<string, Owner>} */
  const owners = (page[Symbol.for("wan_widgets-anchors")] ??= observed());
  owners.set(id, owner);
  return () => owners.delete(id);
}

/** What follows the beginning of one of an element's classes; empty if none begins so. */
function ending(/** @type {Element} */ element, /** @type {string} */ beginning) {
  const found = [...element.classList].find((name) => name.startsWith(beginning));
  return found ? found.slice(beginning.length) : "";
}

function observed() {
  /** @type {Map<string, Owner>} */
  const owners = new Map();
  const tell = (/** @type {Element} */ anchor) => owners.get(ending(anchor, ANCHOR))?.look(/** @type {HTMLElement} */ (anchor));
  new MutationObserver((changes) => {
    let hasRemoved = false;
    for (const { addedNodes, removedNodes } of changes) {
      hasRemoved ||= removedNodes.length > 0;
      for (const node of addedNodes) {
        if (!(node instanceof Element)) continue;
        if (ending(node, ANCHOR)) tell(node);
        node.querySelectorAll(`[class*="${ANCHOR}"]`).forEach(tell);
      }
    }
    if (hasRemoved) owners.forEach((owner) => owner.tidy());
  }).observe(document.body, { childList: true, subtree: true });
  return owners;
}
