// A card shows one job: how far it is, its request, its error, and what the user can do now.

import { fillBar, h, hide, onClick, setAttribute, setText } from "../shared/dom.js";
import { pictureRow } from "./pictures.js";
import { remainingText } from "./remaining.js";
import { createStage } from "./stage.js";
import { atRest, whenStill } from "../shared/scrolling.js";
import { clockText, joined, moment, share } from "../shared/words.js";

/** @typedef {import("../shared/types.js").Card} Card */

const RUNNING = new Set(["uploading", "waiting", "sending", "asking", "queued", "in_progress", "saving"]);
/** The labels of the ways to order a clip again. Each ends with the word for its way. */
const AGAIN = ["again.new", "again.same", "again.plain", "again.unconfirmed"];
const PATIENCE = 1000; // ms; whoever scrolls past sees a card as it was
const WITH_STAGE = new Set([...RUNNING, "planned", "completed", "stopped", "unsaved"]);

/**
 * The actions of a card's buttons.
 * @typedef {{
 *   send(content: Record<string, unknown>): void,
 *   edit: ((card: Card) => void) | null,
 *   again: boolean,
 *   clock(): number,
 * }} Actions
 */

/** Copy text, and show `done` on the button for a moment. `label` is the button's usual text. */
export async function copy(
  /** @type {string} */ text,
  /** @type {HTMLElement} */ button,
  /** @type {string} */ label,
  /** @type {string} */ done,
) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    const area = h("textarea", { value: text }); // the browser does not let this page use the clipboard
    button.after(area);
    area.select();
    document.execCommand("copy");
    area.remove();
  }
  setText(button, done);
  setTimeout(() => setText(button, label), 1500);
}

/**
 * @param {Card} first
 * @param {import("../shared/types.js").Say} say
 * @param {import("./clips.js").Clips} clips
 * @param {import("./pictures.js").Pictures} pictures
 * @param {Actions} actions
 * @param {import("../shared/nearby.js").Near} near
 * @param {AbortSignal} signal
 */
export function createCard(first, say, clips, pictures, actions, near, signal) {
  let card = first;
  let isNear = false;
  let isWaiting = false; // to be drawn
  const stage = createStage(say, clips, first.key, signal);
  const sources = pictureRow(pictures);
  const range = { "aria-valuemin": 0, "aria-valuemax": 100 };
  const bar = h("div", { class: "ww-progress", role: "progressbar", "aria-label": say("progress"), ...range }, h("i"));
  const pill = h("span", { class: "ww-pill" });
  const time = h("span", { class: "ww-time" });
  const taskId = h("button", { class: "ww-id", title: say("copy.id") });
  onClick(taskId, () => copy(card.task_id, taskId, card.task_id, say("copied")));
  const cancel = h("button", { class: "ww-cancel" });
  const cancelNote = h("p", { class: "ww-note" });
  const prompt = h("p", { class: "ww-prompt", dir: "auto" });
  const facts = h("ul", { class: "ww-facts" });
  const check = h("p", { class: "ww-note", dir: "auto" });
  const message = h("p", { class: "ww-message", dir: "auto" });
  const note = h("p", { class: "ww-note", dir: "auto" });
  const detail = h("p", { class: "ww-detail" });
  const file = h("p", { class: "ww-file" });
  const buttons = cardButtons(say, actions, () => card, stage.source);
  const head = h("div", { class: "ww-card-head" }, pill, time, taskId, cancel);
  const text = h("div", { class: "ww-card-text" }, head, prompt, sources.node, facts, check, message, note, cancelNote, detail, file, buttons.node);
  const node = h("article", { class: "ww-card ww-new", "data-key": first.key, tabIndex: -1 }, stage.node, bar, text);
  /** @type {"no" | "asked" | "heard"} */
  let cancelling = "no"; // "asked" here, then "heard" by the kernel; other changes may come in between
  onClick(cancel, () => {
    if (cancelling !== "no") return;
    actions.send({ kind: "cancel", key: card.key });
    if (card.can_cancel) cancelling = "asked";
    update(card);
  });

  const showTime = () => {
    const now = actions.clock();
    setText(time, [timeText(card, say, now), remainingText(card.estimate, say, now)].filter(Boolean).join(" · "));
  };
  const tick = () => {
    if (isNear) showTime();
  };
  /** A card that is not on the screen has no clip and no running clock. One that is scrolled past stays as it is. */
  const come = (/** @type {boolean} */ isHere) => {
    isNear = isHere;
    stage.come(isHere);
    if (!isHere) return;
    sources.come();
    whenStill(node, () => isNear && draw(), PATIENCE);
  };

  /** Show a changed card: at once on the screen, and elsewhere when the browser has time. @param {Card} next */
  function update(next) {
    card = next;
    if (isNear) draw();
    else if (!isWaiting) {
      isWaiting = true;
      atRest(() => isWaiting && draw());
    }
  }

  function draw() {
    isWaiting = false;
    if (signal.aborted) return;
    const running = RUNNING.has(card.phase);
    if (card.cancelling) cancelling = "heard";
    else if (cancelling === "heard" || !running) cancelling = "no";
    node.dataset.phase = card.phase;
    node.classList.toggle("ww-running", running);
    node.setAttribute("aria-label", titleOf(card, say));
    setText(pill, say(`phase.${card.phase}`));
    if (taskId.textContent !== say("copied")) setText(taskId, card.task_id);
    hide(taskId, !card.task_id);
    hide(stage.node, !WITH_STAGE.has(card.phase));
    const frame = sources.update(card, !stage.node.hidden && !card.clip);
    if (!stage.node.hidden) stage.update(card, frame);
    showProgress(bar, card, running);
    setText(cancel, say(cancelling !== "no" ? "cancel.busy" : card.can_cancel ? "cancel" : "stop"));
    const cancellable = running && (card.can_cancel || card.task_id) && card.phase !== "saving";
    hide(cancel, !cancellable);
    cancel.setAttribute("aria-disabled", String(cancelling !== "no"));
    setText(cancelNote, card.stop_note);
    const wasStopped = isLeft(card) && !card.message; // the user stopped it
    hide(cancelNote, card.can_cancel || !(wasStopped || !cancel.hidden));
    setText(prompt, card.prompt);
    prompt.title = card.prompt; // a long one is shown in part
    const told = [...card.facts, card.elsewhere].filter(Boolean);
    if (facts.childElementCount !== told.length || facts.textContent !== told.join("")) {
      facts.replaceChildren(...told.map((fact) => h("li", {}, fact)));
    }
    const said = joined(say, card.message, card.billing && say(`billing.${card.billing}`));
    const place = card.clip ? say("saved", { path: card.clip.path }) : running ? say("saved.will", { path: card.place }) : "";
    const remarks = beforeOrder(card, say) || joined(say, card.note, untilSafe(card, say));
    const lines = /** @type {const} */ ([[check, card.check], [message, said], [note, remarks], [detail, card.detail], [file, place]]);
    for (const [element, words] of lines) {
      setText(element, words);
      hide(element, !words);
    }
    buttons.update();
    showTime();
  }

  draw();
  near(node, come, signal);
  atRest(() => {
    node.classList.remove("ww-new");
    node.getBoundingClientRect(); // it is laid out now, and not while somebody scrolls to it
  });
  return { node, update, tick, phase: () => card.phase };
}

/** What a card is, in a few words. @param {Card} card @param {import("../shared/types.js").Say} say */
export function titleOf({ phase, prompt, task_id }, say) {
  const name = prompt.length > 80 ? `${prompt.slice(0, 80)}…` : prompt || task_id;
  return say("phase.of", { phase: say(`phase.${phase}`), name });
}

/**
 * Until when the service keeps a clip that is not here yet.
 * @param {Card} card @param {import("../shared/types.js").Say} say
 */
function untilSafe(card, say) {
  if (card.expires === null || !["saving", "unsaved", "stopped"].includes(card.phase)) return "";
  return say(card.expires * 1000 > Date.now() ? "expires" : "expired", { moment: moment(say, card.expires) });
}

/** What happens before the order: upload or queue. @param {Card} card @param {import("../shared/types.js").Say} say */
function beforeOrder(card, say) {
  const { upload, queue } = card;
  if (card.phase === "uploading" && upload) {
    const which = upload.count > 1 ? say("upload.which", { number: upload.number, count: upload.count }) : "";
    return [upload.name, share(say, upload.sent, upload.size), which].filter(Boolean).join(" · ");
  }
  if (card.phase !== "waiting" || !queue) return "";
  const limit = queue.limit && say("queue.limit", { service: queue.service, count: queue.limit });
  return joined(say, say("queue.ahead", { count: queue.ahead }), limit || "");
}

/** The progress in percent; `null` if it is not known. */
function progressOf(/** @type {Card} */ card) {
  if (card.phase === "in_progress") return card.progress;
  const { upload } = card;
  if (card.phase !== "uploading" || !upload) return null;
  const part = upload.size ? upload.sent / upload.size : 1;
  return Math.round((100 * (upload.number - 1 + part)) / upload.count);
}

/** @param {HTMLElement} bar @param {Card} card @param {boolean} running */
function showProgress(bar, card, running) {
  const percent = progressOf(card);
  const known = percent !== null;
  bar.classList.toggle("ww-unknown", running && !known);
  setAttribute(bar, "aria-hidden", running ? null : "true");
  setAttribute(bar, "aria-valuenow", known ? String(percent) : null);
  fillBar(bar, percent);
}

/** @param {Card} card @param {import("../shared/types.js").Say} say @param {number} now */
function timeText(card, say, now) {
  if (card.earlier && (card.clip || card.ended === null) && !RUNNING.has(card.phase)) return moment(say, card.begun);
  if (card.clip) return say("in", { time: clockText((card.ended ?? now) - card.begun) });
  if (card.ended !== null) return say("after", { time: clockText(card.ended - card.begun) });
  return isLeft(card) || card.phase === "planned" ? "" : clockText(now - card.begun);
}

/** Whether nobody follows the task. */
const isLeft = (/** @type {Card} */ card) => card.phase === "stopped" || card.phase === "let_go";

/**
 * @param {import("../shared/types.js").Say} say
 * @param {Actions} actions
 * @param {() => Card} current
 * @param {() => string} source
 */
function cardButtons(say, actions, current, source) {
  const make = (/** @type {string} */ label, /** @type {(button: HTMLElement) => void} */ act) => {
    const button = h("button", {}, say(label));
    onClick(button, () => act(button));
    return button;
  };
  const send = (/** @type {string} */ kind) => actions.send({ kind, key: current().key });
  const download = h("a", { class: "ww-button", download: "" }, say("download"));
  const save = make("save", () => send("save"));
  const follow = make("follow", () => send("follow"));
  const letGo = make("let_go", () => send("let-go"));
  letGo.title = say("let_go.title");
  const dismiss = make("dismiss", () => send("dismiss"));
  const again = AGAIN.map((label) => {
    const way = label.slice("again.".length);
    const button = make(label, () => {
      if (again.some((each) => each.hasAttribute("aria-disabled"))) return; // a double click
      actions.send({ kind: "again", key: current().key, turn: current().turn, way });
      again.forEach((each) => each.setAttribute("aria-disabled", "true")); // the kernel may have answered already
      setTimeout(() => again.forEach((each) => each.removeAttribute("aria-disabled")), 700);
    });
    button.dataset.way = way;
    return button;
  });
  const edit = make("edit", () => actions.edit?.(current()));
  const code = make("copy.code", (button) => copy(current().code, button, say("copy.code"), say("copied")));
  const node = h("div", { class: "ww-actions" }, save, follow, letGo, dismiss, ...again, edit, code, download);
  return {
    node,
    update() {
      const card = current();
      hide(download, !card.clip || !source());
      if (!download.hidden) Object.assign(download, { href: source(), download: card.clip?.name ?? "" });
      hide(save, !card.can_save);
      setText(save, say(card.phase === "gone" ? "save.gone" : "save"));
      hide(dismiss, !(card.phase === "unconfirmed" && card.order));
      setText(dismiss, say(card.own ? "dismiss.own" : "dismiss"));
      dismiss.title = say(card.own ? "dismiss.title.own" : "dismiss.title");
      hide(letGo, card.phase !== "stopped");
      hide(follow, !isLeft(card) && dismiss.hidden);
      setText(follow, say(card.phase === "unconfirmed" ? "check" : "follow"));
      for (const button of again) hide(button, !(actions.again && card.again.includes(button.dataset.way ?? "")));
      hide(edit, !(actions.edit && card.can_edit));
      hide(code, !card.code);
      hide(node, [...node.children].every((child) => /** @type {HTMLElement} */ (child).hidden));
    },
  };
}

export { RUNNING };
