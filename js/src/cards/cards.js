// A list of cards that follows the trait `_cards`. Each card is made once and updated in place, so a clip plays on.

import { createCard, RUNNING, titleOf } from "./card.js";
import { boardNotes } from "./notes.js";
import { h, hide, onClick, onEnd, setText } from "../shared/dom.js";
import { guarded } from "../shared/kernel.js";
import { nearby } from "../shared/nearby.js";

/** @typedef {import("../shared/types.js").Card} Card */
/** @typedef {ReturnType<typeof createCard>} CardView */

// What is said to those who hear the page: that it was ordered, that it is made, how it ended. The steps between last a
// moment.
const UNSAID = new Set(["uploading", "waiting", "sending", "asking", "saving"]);
const SLEEPY = "Colab"; // it shows what the kernel does in the background when the page sends the next message
const PATIENCE = 10_000; // ms; after that the user may look at something else

/**
 * @param {{
 *   say: import("../shared/types.js").Say,
 *   model: import("@anywidget/types").AnyModel<import("../shared/types.js").TaskTraits>,
 *   changes: import("./changes.js").Changes,
 *   clips: import("./clips.js").Clips,
 *   pictures: import("./pictures.js").Pictures,
 *   signal: AbortSignal,
 *   edit: ((card: Card) => void) | null,
 *   again: boolean,
 * }} props
 */
export function cardList({ say, model: bare, changes, clips, pictures, signal, edit, again }) {
  const model = guarded(bare, () => showGone(true));
  /** @type {Map<string, { card: Card, view: CardView, abort: AbortController }>} */
  const views = new Map();
  const news = h("div", { class: "ww-unseen", role: "status", "aria-live": "polite" });
  const list = h("div", { class: "ww-cards" });
  const { near, order } = nearby(list, signal);
  const gone = h("p", { class: "ww-problem", role: "alert", hidden: true }, say("kernel.gone"));
  const older = olderButton(model, say);
  const notes = boardNotes(model, say);
  const node = h("div", { class: "ww-list" }, news, gone, ...notes.nodes, list, older.node);
  const showGone = (/** @type {boolean} */ isGone) => {
    hide(gone, !isGone);
    node.classList.toggle("ww-gone", isGone);
  };
  let pressed = 0; // when the user ordered from here, if the card of that order has not come yet
  const expect = () => {
    pressed = Date.now();
  };
  const actions = {
    send: (/** @type {Record<string, unknown>} */ content) => {
      if (content.kind === "again") expect();
      model.send(content);
    },
    edit,
    again,
    clock: changes.clock,
  };

  /** Bring a new card into view, because the user waits for it. The page does not move for an order from elsewhere. */
  const reveal = () => {
    const pane = list.closest(".ww-results");
    if (pane) pane.scrollTop = 0;
    if (Date.now() - pressed > PATIENCE) return;
    pressed = 0;
    const isStill = matchMedia("(prefers-reduced-motion: reduce)").matches;
    list.firstElementChild?.scrollIntoView({ block: "nearest", behavior: isStill ? "auto" : "smooth" });
  };

  /** @param {boolean} live */
  const update = (live) => {
    const cards = model.get("_cards");
    /** @type {Card[]} */
    const changed = [];
    let isOther = false; // in its length, or in its order
    const isNew = live && cards[0] !== undefined && !cards[0].earlier && !views.has(cards[0].key);
    for (const card of cards) {
      const known = views.get(card.key);
      if (known?.card === card) continue;
      if (known) {
        if (known.card.phase !== card.phase) changed.push(card);
        known.card = card;
        known.view.update(card);
        continue;
      }
      if (live && !card.earlier) changed.push(card);
      const abort = new AbortController();
      onEnd(signal, () => abort.abort());
      views.set(card.key, { card, view: createCard(card, say, clips, pictures, actions, near, abort.signal), abort });
    }
    const keys = new Set(cards.map((card) => card.key));
    for (const [key, { view, abort }] of views) {
      if (keys.has(key)) continue;
      abort.abort();
      view.node.remove();
      views.delete(key);
      isOther = true;
    }
    let place = list.firstElementChild;
    for (const card of cards) {
      const wanted = views.get(card.key)?.view.node;
      if (wanted === place) place = place?.nextElementSibling ?? null;
      else if (wanted) {
        list.insertBefore(wanted, place);
        isOther = true;
      }
    }
    if (isOther) order([...list.children]);
    const said = changed.filter((card) => !UNSAID.has(card.phase)).map((card) => titleOf(card, say));
    if (said.length > 0) news.replaceChildren(...said.map((words) => h("p", {}, words))); // put anew, the same words are said again
    notes.update(cards);
    node.classList.toggle("ww-empty", cards.length === 0 && older.isKnown());
    if (isNew) reveal();
  };

  model.on("change:_cards", () => {
    showGone(false);
    update(true);
  });
  model.on("change:_unkept", notes.keep);
  model.on(/** @type {any} */ ("change:_older"), () => {
    older.update();
    update(false);
  });
  model.on(/** @type {any} */ ("comm_live_update"), () => model.send({ kind: "alive" })); // the kernel may be gone
  const redraw = (/** @type {string} */ key) => {
    const known = views.get(key);
    if (known) known.view.update(known.card);
  };
  clips.listen(redraw, signal);
  pictures.listen(redraw, signal);
  const timer = setInterval(() => {
    if (!gone.hidden) return;
    for (const { view } of views.values()) if (RUNNING.has(view.phase())) view.tick();
  }, 500);
  const asking = setInterval(() => {
    const runs = [...views.values()].some(({ view }) => RUNNING.has(view.phase()));
    if (runs && model.get("_front") === SLEEPY) model.send({ kind: "alive" });
  }, 2000);
  onEnd(signal, () => [timer, asking].forEach(clearInterval));
  update(false);
  notes.keep();
  return { node, send: actions.send, expect };
}

/**
 * The button for the finished clips that are not shown. It sends { kind: "older", left }.
 * @param {import("@anywidget/types").AnyModel<any>} model @param {import("../shared/types.js").Say} say
 */
function olderButton(model, say) {
  const node = h("button", { class: "ww-older" });
  onClick(node, () => {
    model.send({ kind: "older", left: model.get("_older") });
    node.setAttribute("aria-disabled", "true");
    setText(node, say("older.busy"));
  });
  const update = () => {
    const count = model.get("_older") ?? 0;
    hide(node, count === 0);
    node.removeAttribute("aria-disabled");
    setText(node, say("older", { count }));
  };
  update();
  return {
    node,
    update,
    /** Whether the kernel has looked for finished clips. A view of one task has none. */
    isKnown: () => model.get("_older") !== null,
  };
}
