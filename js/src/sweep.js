// The grid of a sweep. It shows the traits of a SweepView, and sends what the buttons of the head say, { kind, turn },
// { kind: "open", key } for the card of a cell, and the messages of that card, of the clips and of the pictures.

import { followChanges } from "./cards/changes.js";
import { boardNotes } from "./cards/notes.js";
import { shareViews } from "./cards/shared.js";
import { h, onEnd, setText } from "./shared/dom.js";
import { place } from "./shared/frame.js";
import { guarded } from "./shared/kernel.js";
import { spoken } from "./shared/language.js";
import { stay } from "./shared/stay.js";
import { addStyle } from "./shared/style.js";
import { sweepFoot } from "./sweep/foot.js";
import { sweepGrid } from "./sweep/grid.js";
import { sweepHead } from "./sweep/head.js";

/** @typedef {import("./shared/types.js").SweepTraits} Traits */
/** @typedef {import("./shared/types.js").Say} Say */
/** @typedef {import("@anywidget/types").AnyModel<Traits>} Model */
/** @typedef {import("./cards/shared.js").Shared} Shared */

// @ts-expect-error
const STYLE = /** @type {string} */ (__STYLE__); // the build writes it
const TICK = 500; // ms

export default () => {
  /** @type {Shared} */
  let shared;
  return {
    /** @param {import("@anywidget/types").InitializeProps<Traits>} props */
    initialize({ model, signal }) {
      stay(model, signal);
      followChanges(guarded(model, () => {}), "tiles", "_tiles_number");
      shared = shareViews(model);
    },
    /** @param {import("@anywidget/types").RenderProps<Traits>} props */
    render: (props) =>
      spoken(props, (say, model, signal) => {
        place(draw(say, model, shared, signal), props.el, signal);
        addStyle(props.el, STYLE, "sweep");
      }),
  };
};

/** @param {Say} say @param {Model} bare @param {Shared} shared @param {AbortSignal} signal */
function draw(say, bare, shared, signal) {
  const model = guarded(bare, () => showGone(true));
  const gone = h("p", { class: "ww-problem", role: "alert", hidden: true }, say("kernel.gone"));
  const news = h("div", { class: "ww-unseen", role: "status", "aria-live": "polite" });
  const tell = (/** @type {string[]} */ lines) => news.replaceChildren(...lines.map((line) => h("p", {}, line)));
  const notes = boardNotes(/** @type {any} */ (model), say);
  const head = sweepHead(model, say);
  const grid = sweepGrid(model, say, shared, tell, signal);
  const foot = sweepFoot(model, say, shared.changes.clock);
  const root = h("section", { class: "ww ww-sweep", tabIndex: -1, "aria-label": say("sweep") });
  root.append(news, head.node, h("div", { class: "ww-sweep-notes" }, gone, ...notes.nodes), grid.node, foot.node);
  const showGone = (/** @type {boolean} */ isGone) => {
    gone.hidden = !isGone;
    root.classList.toggle("ww-gone", isGone);
  };

  let state = model.get("_whole").state;
  const update = () => {
    const whole = model.get("_whole");
    head.update(whole);
    foot.update(whole, model.get("_tiles").length);
    if (whole.state !== state && whole.said) tell([whole.stopped, whole.said].filter(Boolean));
    state = whole.state;
  };
  model.on("change:_whole", () => {
    showGone(false);
    update();
  });
  model.on("change:_tiles", () => {
    grid.update();
    notes.update(/** @type {any} */ (model.get("_tiles").map(({ phase }) => ({ clip: phase === "completed" ? {} : null }))));
  });
  model.on("change:_unkept", notes.keep);
  model.on(/** @type {any} */ ("comm_live_update"), () => model.send({ kind: "alive" })); // the kernel may be gone
  const timer = setInterval(() => {
    if (!gone.hidden) return;
    grid.tick();
    foot.tick();
  }, TICK);
  onEnd(signal, () => clearInterval(timer));
  update();
  notes.keep();
  setText(gone, say("kernel.gone"));
  return root;
}
