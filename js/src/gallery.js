// The gallery: all clips of the ledger as tiles, a search and filters above them, and a large view of one or several.
// It sends the messages of its parts, and { kind: "look" } to hear of clips that have come.

import { createClips } from "./cards/clips.js";
import { createCompare } from "./gallery/compare.js";
import { createDetail } from "./gallery/detail.js";
import { createFoot } from "./gallery/foot.js";
import { createGrid } from "./gallery/grid.js";
import { createHead } from "./gallery/head.js";
import { createPictures } from "./gallery/pictures.js";
import { createStates } from "./gallery/states.js";
import { createStore } from "./gallery/store.js";
import { h, onEnd, setText } from "./shared/dom.js";
import { place } from "./shared/frame.js";
import { guarded } from "./shared/kernel.js";
import { spoken } from "./shared/language.js";
import { stay } from "./shared/stay.js";
import { addStyle } from "./shared/style.js";

/** @typedef {import("./shared/types.js").GalleryTraits} Traits */
/** @typedef {import("@anywidget/types").AnyModel<Traits>} Model */

// @ts-expect-error
const STYLE = /** @type {string} */ (__STYLE__); // the build writes it
const LOOKS = 4000; // ms between two looks for new clips, while the gallery is on the screen

export default () => {
  /** @type {import("./gallery/store.js").Store} */
  let store;
  /** @type {import("./gallery/pictures.js").Pictures} */
  let pictures;
  /** @type {import("./cards/clips.js").Clips} */
  let clips;
  return {
    /** @param {import("@anywidget/types").InitializeProps<Traits>} props */
    initialize({ model, signal }) {
      stay(model, signal);
      const safe = guarded(model, () => {});
      store = createStore(safe);
      pictures = createPictures(safe);
      clips = createClips(safe);
    },
    /** @param {import("@anywidget/types").RenderProps<Traits>} props */
    render: (props) =>
      spoken(props, (say, model, signal) => {
        const root = draw({ say, bare: model, store, pictures, clips, signal });
        place(root, props.el, signal);
        addStyle(props.el, STYLE, "gallery");
      }),
  };
};

/**
 * @param {{
 *   say: import("./shared/types.js").Say,
 *   bare: Model,
 *   store: import("./gallery/store.js").Store,
 *   pictures: import("./gallery/pictures.js").Pictures,
 *   clips: import("./cards/clips.js").Clips,
 *   signal: AbortSignal,
 * }} props
 */
function draw({ say, bare, store, pictures, clips, signal }) {
  const gone = h("p", { class: "ww-problem", role: "alert", hidden: true }, say("kernel.gone"));
  const model = guarded(bare, () => {
    gone.hidden = false;
  });
  const news = h("div", { class: "ww-unseen", role: "status", "aria-live": "polite" });
  const hear = (/** @type {string} */ words) => news.replaceChildren(h("p", {}, words)); // the same words are said again only if they are put anew
  const chosen = () => model.get("_chosen") ?? [];
  const choose = (/** @type {string[]} */ ids) => {
    model.set("_chosen", [...new Set(ids)]);
    model.save_changes();
  };
  const remove = (/** @type {string[]} */ ids) => model.send({ kind: model.get("deleted") ? "restore" : "delete", ids });
  const stage = h("div", { class: "ww-large", hidden: true });
  /** @type {AbortController | null} */
  let large = null; // the view of one clip or several in place of the tiles
  const close = () => {
    large?.abort();
    large = null;
    stage.replaceChildren();
    stage.hidden = true;
    grid.node.hidden = false;
    grid.draw();
    update();
    grid.focus(grid.active());
  };
  const enlarge = (/** @type {(signal: AbortSignal) => HTMLElement} */ make) => {
    large?.abort();
    large = new AbortController();
    signal.addEventListener("abort", () => large?.abort(), { once: true });
    stage.replaceChildren(make(large.signal));
    stage.hidden = false;
    grid.node.hidden = true;
    update();
    /** @type {HTMLElement} */ (stage.firstElementChild).focus({ preventScroll: true });
    root.scrollIntoView({ block: "nearest" });
  };
  const open = (/** @type {number} */ at) => {
    const item = store.at(at);
    if (!item) return;
    const actions = { close, open, remove: (/** @type {string} */ id) => remove([id]) };
    enlarge((until) => createDetail({ say, model, store, clips, actions, place: at, item, signal: until }));
  };
  const compare = () => enlarge((until) => createCompare({ say, store, clips, close, ids: chosen(), model, signal: until }));
  const grid = createGrid(say, store, pictures, {
    isChosen: (id) => chosen().includes(id),
    choose: (id, range) => choose(range ? [...chosen(), ...range] : chosen().includes(id) ? chosen().filter((each) => each !== id) : [...chosen(), id]),
    open,
    remove: (id) => remove(chosen().includes(id) ? chosen() : [id]),
    escape: () => choose([]),
  }, signal);
  const head = createHead(say, model, store, signal);
  const foot = createFoot({ say, model, store, hear, signal, choose, chosen, remove, compare });
  const states = createStates(say, model, store);
  const root = h(
    "section",
    { class: "ww ww-gallery", "aria-label": say("gallery"), tabIndex: -1 },
    head.node, news, gone, states.node, grid.node, stage, foot.node,
  );
  const update = () => {
    const isLarge = large !== null;
    head.update();
    states.update(isLarge);
    foot.update(isLarge);
    grid.node.hidden = isLarge || store.total() === 0;
  };
  store.listen(update, signal);
  model.on("change:_chosen", () => {
    grid.draw();
    update();
  });
  model.on("change:_list", () => {
    gone.hidden = true;
    grid.draw();
  });
  model.on("msg:custom", (/** @type {any} */ message) => {
    if (message.kind === "said") foot.tell(message.text);
    else if (message.kind === "deleted" || message.kind === "restored") {
      if (large && message.done.length > 0) close();
      choose(chosen().filter((id) => !message.done.includes(id)));
      foot.removed(message);
    }
  });
  model.on(/** @type {any} */ ("comm_live_update"), () => model.send({ kind: "look" })); // the kernel may be gone
  let shown = "";
  store.listen(() => {
    const total = String(store.list()?.total ?? "");
    if (shown && total !== shown) hear(say("gallery.count", { count: store.total() }));
    shown = total;
  }, signal);
  const timer = setInterval(() => {
    if (document.visibilityState === "visible" && root.checkVisibility() && gone.hidden) model.send({ kind: "look" });
  }, LOOKS);
  onEnd(signal, () => clearInterval(timer));
  update();
  setText(news, "");
  return root;
}
