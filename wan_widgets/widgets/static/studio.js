// src/dom.js
function h(tag, props = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (name === "class") node.className = value;
    else if (name.includes("-") || name === "role" || name === "for") node.setAttribute(name, value);
    else Object.assign(node, { [name]: value });
  }
  node.append(...children.filter((child) => child !== null));
  return node;
}
function setText(node, text) {
  if (node.textContent !== text) node.textContent = text;
}
function setAttribute(node, name, value) {
  if (value === null) node.removeAttribute(name);
  else if (node.getAttribute(name) !== value) node.setAttribute(name, value);
}
function token() {
  return Array.from(crypto.getRandomValues(new Uint8Array(12)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
function keepKeys(root) {
  for (const type of ["keydown", "keypress", "keyup"]) root.addEventListener(type, (event) => event.stopPropagation());
}
function shape(width, height, size) {
  const scale = size / Math.sqrt(width * height);
  const node = h("span", { class: "ww-shape", "aria-hidden": "true" });
  node.style.width = `${Math.round(width * scale)}px`;
  node.style.height = `${Math.round(height * scale)}px`;
  return node;
}

// src/stage.js
function createStage(say, clips, key, signal) {
  const words = h("p", {});
  const outline = h("div", { class: "ww-outline" });
  const load = h("button", { type: "button" }, say("clip.load"));
  load.hidden = true;
  load.addEventListener("click", () => clips.want(key));
  const node = h("div", { class: "ww-stage" }, outline, words, load);
  let video = null;
  const urls = [];
  const url = (blob) => {
    urls.push(URL.createObjectURL(blob));
    return urls.at(-1) ?? "";
  };
  signal.addEventListener("abort", () => urls.forEach((each) => URL.revokeObjectURL(each)));
  let wanted = false;
  const observer = new IntersectionObserver((entries) => {
    if (!entries.some((entry) => entry.isIntersecting)) return;
    observer.disconnect();
    clips.want(key);
  });
  signal.addEventListener("abort", () => observer.disconnect());
  const player = (card) => {
    const element = h("video", { controls: true, loop: true, playsInline: true, "aria-label": card.prompt || say("clip") });
    element.addEventListener("error", () => {
      element.remove();
      setText(words, `${say("clip.unplayable")} ${card.clip?.path ?? ""}`);
    });
    node.append(element);
    return element;
  };
  return {
    node,
    /** The clip's address in this page, once it is here. */
    source: () => video?.src ?? "",
    /** @param {import("./types.js").Card} card */
    update(card) {
      if (card.ratio && !outline.firstChild) outline.append(shape(card.ratio[0], card.ratio[1], 110));
      if (!card.clip) {
        setText(words, card.facts[0] ?? "");
        return;
      }
      if (!wanted) {
        wanted = true;
        observer.observe(node);
      }
      const known = clips.get(key);
      if (!video) setText(words, known?.gone || say("clip.loading"));
      load.hidden = !known?.gone;
      if (known?.poster || known?.clip) video ??= player(card);
      if (video && known?.poster && !video.poster) video.poster = url(known.poster);
      if (video && known?.clip && !video.src) {
        video.src = url(known.clip);
        setText(words, "");
      }
    }
  };
}

// src/card.js
var RUNNING = /* @__PURE__ */ new Set(["sending", "queued", "in_progress", "saving", "unconfirmed"]);
var WITH_STAGE = /* @__PURE__ */ new Set(["sending", "queued", "in_progress", "saving", "completed", "stopped", "unsaved"]);
function clockText(seconds) {
  const whole = Math.max(0, Math.floor(seconds));
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}
async function copy(text, button, done) {
  const before = button.textContent;
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    const area = h("textarea", { value: text });
    button.after(area);
    area.select();
    document.execCommand("copy");
    area.remove();
  }
  setText(button, done);
  setTimeout(() => setText(button, before ?? ""), 1500);
}
function createCard(first, say, clips, actions, signal) {
  let card = first;
  const stage = createStage(say, clips, first.key, signal);
  const bar = h("div", { class: "ww-progress", role: "progressbar", "aria-label": say("progress") }, h("i"));
  const pill = h("span", { class: "ww-pill" });
  const time = h("span", { class: "ww-time" });
  const taskId = h("button", { type: "button", class: "ww-id", title: say("copy.id") });
  taskId.addEventListener("click", () => copy(card.task_id, taskId, say("copied")));
  const cancel = h("button", { type: "button", class: "ww-cancel" });
  const cancelNote = h("p", { class: "ww-note" }, say("stop.note"));
  const prompt = h("p", { class: "ww-prompt", dir: "auto" });
  const facts = h("ul", { class: "ww-facts" });
  const message = h("p", { class: "ww-message", dir: "auto" });
  const note = h("p", { class: "ww-note", dir: "auto" });
  const detail = h("p", { class: "ww-detail" });
  const buttons = cardButtons(say, actions, () => card, stage.source);
  const head = h("div", { class: "ww-card-head" }, pill, time, taskId, cancel);
  const text = h("div", { class: "ww-card-text" }, head, prompt, facts, message, note, cancelNote, detail, buttons.node);
  const node = h("article", { class: "ww-card", "data-key": first.key }, stage.node, bar, text);
  cancel.addEventListener("click", () => {
    actions.send({ kind: "cancel", key: card.key });
    if (card.can_cancel) update({ ...card, cancelling: true });
  });
  const tick = () => {
    setText(time, timeText(card, say, actions.clock()));
    time.title = card.clip?.path ?? "";
  };
  function update(next) {
    card = next;
    const running = RUNNING.has(card.phase);
    node.dataset.phase = card.phase;
    setText(pill, say(`phase.${card.phase}`));
    setText(taskId, card.task_id);
    taskId.hidden = !card.task_id;
    stage.node.hidden = !WITH_STAGE.has(card.phase);
    if (!stage.node.hidden) stage.update(card);
    showProgress(bar, card, running);
    setText(cancel, say(card.cancelling ? "cancel.busy" : card.can_cancel ? "cancel" : "stop"));
    cancel.hidden = !running || !card.task_id || card.phase === "saving";
    cancel.disabled = card.cancelling;
    cancelNote.hidden = card.can_cancel || !(card.phase === "stopped" || !cancel.hidden);
    setText(prompt, card.prompt);
    if (facts.childElementCount !== card.facts.length || facts.textContent !== card.facts.join("")) {
      facts.replaceChildren(...card.facts.map((fact) => h("li", {}, fact)));
    }
    for (
      const [element, words] of
      /** @type {const} */
      [[message, card.message], [note, card.note], [detail, card.detail]]
    ) {
      setText(element, words);
      element.hidden = !words;
    }
    buttons.update();
    tick();
  }
  update(first);
  return { node, update, tick, phase: () => card.phase, prompt: () => card.prompt };
}
function showProgress(bar, card, running) {
  const known = card.progress !== null && card.phase === "in_progress";
  bar.classList.toggle("ww-idle", !running);
  bar.classList.toggle("ww-unknown", running && !known);
  setAttribute(bar, "aria-hidden", running ? null : "true");
  setAttribute(bar, "aria-valuenow", known ? String(card.progress) : null);
  setAttribute(bar, "aria-valuemin", "0");
  setAttribute(bar, "aria-valuemax", "100");
  bar.firstElementChild.style.width = known ? `${card.progress}%` : "";
}
function timeText(card, say, now) {
  if (card.clip) return `${say("in")} ${clockText((card.ended ?? now) - card.begun)} · ${say("saved")} ${card.clip.path}`;
  if (card.ended !== null) return `${say("after")} ${clockText(card.ended - card.begun)}`;
  return card.phase === "stopped" ? "" : clockText(now - card.begun);
}
function cardButtons(say, actions, current, source) {
  const make = (label, act) => {
    const button = h("button", { type: "button" }, say(label));
    button.addEventListener("click", () => act(button));
    return button;
  };
  const send = (kind) => actions.send({ kind, key: current().key });
  const download = h("a", { class: "ww-button", download: "" }, say("download"));
  const save = make("save", () => send("save"));
  const follow = make("follow", () => send("follow"));
  let wish = token();
  const again = make("again", () => {
    actions.send({ kind: "again", key: current().key, wish });
    again.setAttribute("aria-disabled", "true");
    setTimeout(() => {
      wish = token();
      again.removeAttribute("aria-disabled");
    }, 700);
  });
  const edit = make("edit", () => actions.edit?.(current()));
  const code = make("copy.code", (button) => copy(current().code, button, say("copied")));
  const node = h("div", { class: "ww-actions" }, download, save, follow, again, edit, code);
  return {
    node,
    update() {
      const card = current();
      download.hidden = !card.clip || !source();
      if (!download.hidden) Object.assign(download, { href: source(), download: card.clip?.name ?? "" });
      save.hidden = card.phase !== "unsaved";
      follow.hidden = card.phase !== "stopped";
      again.hidden = !(actions.again && card.phase === "completed");
      edit.hidden = !(actions.edit && card.values);
      code.hidden = !card.code;
      node.hidden = [...node.children].every((child) => (
        /** @type {HTMLElement} */
        child.hidden
      ));
    }
  };
}

// src/cards.js
function cardList({ model, clips, signal, edit, again }) {
  const say = (key) => model.get("_labels")[key] ?? key;
  const views = /* @__PURE__ */ new Map();
  const news = h("p", { class: "ww-unseen", role: "status", "aria-live": "polite" });
  const list = h("div", { class: "ww-cards" });
  const node = h("div", { class: "ww-list" }, news, list);
  let skew = 0;
  const actions = {
    send: (content) => model.send(content),
    edit,
    again,
    clock: () => Date.now() / 1e3 - skew
  };
  const announce = (card, view) => {
    if (view.phase() !== card.phase) setText(news, `${say(`phase.${card.phase}`)}: ${card.prompt || card.task_id}`);
  };
  const update = (live) => {
    const cards = model.get("_cards");
    if (live && cards[0]) skew = Date.now() / 1e3 - Math.max(...cards.map((card) => card.sent));
    if (Math.abs(skew) < 2) skew = 0;
    for (const card of cards) {
      const known = views.get(card.key);
      if (known) {
        announce(card, known.view);
        known.view.update(card);
        continue;
      }
      const abort = new AbortController();
      signal.addEventListener("abort", () => abort.abort());
      views.set(card.key, { view: createCard(card, say, clips, actions, abort.signal), abort });
    }
    for (const [key, { view, abort }] of views) {
      if (cards.some((card) => card.key === key)) continue;
      abort.abort();
      view.node.remove();
      views.delete(key);
    }
    cards.forEach((card, index) => {
      const wanted = views.get(card.key)?.view.node;
      if (wanted && list.children[index] !== wanted) list.insertBefore(wanted, list.children[index] ?? null);
    });
    node.classList.toggle("ww-empty", cards.length === 0);
  };
  model.on("change:_cards", () => update(true));
  clips.listen((key) => {
    const card = model.get("_cards").find((each) => each.key === key);
    if (card) views.get(key)?.view.update(card);
  }, signal);
  const timer = setInterval(() => {
    for (const { view } of views.values()) if (RUNNING.has(view.phase())) view.tick();
  }, 500);
  signal.addEventListener("abort", () => clearInterval(timer));
  update(false);
  return { node, say };
}

// src/clips.js
var STALLED = 2e4;
function createClips(model) {
  const clips = /* @__PURE__ */ new Map();
  const listeners = /* @__PURE__ */ new Set();
  const tell = (key) => listeners.forEach((listener) => listener(key));
  model.on("msg:custom", (message, buffers) => {
    const [key, clip] = [...clips].find(([, candidate]) => candidate.wish === message.wish) ?? [];
    if (key === void 0 || !clip) return;
    clip.heard = performance.now();
    const view = buffers?.[0];
    const bytes = view ? new Uint8Array(view.buffer, view.byteOffset, view.byteLength) : null;
    if (message.kind === "clip-gone") clip.gone = message.message;
    else if (message.kind === "poster" && bytes) clip.poster = new Blob([bytes], { type: "image/jpeg" });
    else if (message.kind === "chunk" && bytes) {
      model.send({ kind: "chunk-here", wish: message.wish });
      clip.parts.push(bytes.slice());
      clip.received += bytes.byteLength;
      if (clip.received < message.size) return;
      clip.clip = new Blob(clip.parts, { type: "video/mp4" });
      clip.parts = [];
    }
    tell(key);
  });
  return {
    get: (key) => clips.get(key),
    /** Ask the kernel for a clip, unless it is here or on its way. */
    want(key) {
      const known = clips.get(key);
      if (known && (known.clip || performance.now() - known.heard < STALLED)) return;
      const wish = token();
      const poster = known?.poster ?? null;
      clips.set(key, { wish, parts: [], received: 0, heard: performance.now(), poster, clip: null, gone: "" });
      model.send({ kind: "fetch", key, wish });
    },
    /** @param {(key: string) => void} listener @param {AbortSignal} signal */
    listen(listener, signal) {
      listeners.add(listener);
      signal.addEventListener("abort", () => listeners.delete(listener));
    }
  };
}

// src/studio.js
var EXAMPLES = ["example.1", "example.2", "example.3"];
function refill(form, values) {
  for (const [name, value] of Object.entries(values)) {
    const blank = name === "prompt" || name === "negative_prompt" ? "" : void 0;
    const wanted = name === "seed" ? value : value ?? blank;
    if (wanted !== void 0) form.set(
      /** @type {keyof FormTraits} */
      name,
      wanted
    );
  }
  form.save_changes();
}
function emptyState(say, form, focus) {
  const examples = EXAMPLES.map((key) => {
    const button = h("button", { type: "button", class: "ww-example" }, say(key));
    button.addEventListener("click", () => {
      form.set("prompt", say(key));
      form.set("mode", "t2v");
      form.save_changes();
      focus();
    });
    return h("li", {}, button);
  });
  return h("div", { class: "ww-welcome" }, h("p", {}, say("empty")), h("ul", {}, ...examples));
}
function servicePill(form, say) {
  const words = h("span");
  const node = h("span", { class: "ww-service" }, h("i", { "aria-hidden": "true" }), words);
  const update = () => {
    const service = form.get("_service");
    setText(words, service.simulated ? `${service.title} · ${say("price.free").toLowerCase()}` : service.title);
    node.classList.toggle("ww-simulated", service.simulated);
  };
  form.on("change:_service", update);
  update();
  return node;
}
var studio_default = () => {
  let clips;
  return {
    /** @param {import("@anywidget/types").InitializeProps<Traits>} props */
    initialize({ model }) {
      clips = createClips(model);
    },
    /** @param {import("@anywidget/types").RenderProps<Traits>} props */
    async render({ model, el, signal, host }) {
      const say = (key) => model.get("_labels")[key] ?? key;
      if (!host) {
        el.append(h("p", { class: "ww" }, say("host.old")));
        return;
      }
      const reference = model.get("_form");
      const form = (
        /** @type {FormModel} */
        await host.getModel(reference)
      );
      const widget = await host.getWidget(reference);
      const slot = h("div", { class: "ww-slot" });
      await widget.render({ el: slot, signal });
      const prompt = () => (
        /** @type {HTMLElement | null} */
        slot.querySelector(".ww-field-prompt textarea")?.focus()
      );
      const edit = (card) => {
        if (card.values) refill(form, card.values);
        slot.scrollIntoView({ block: "nearest" });
        prompt();
      };
      const cards = cardList({ model: (
        /** @type {any} */
        model
      ), clips, signal, edit, again: true });
      const results = h("section", { class: "ww-results", "aria-label": say("tasks") });
      results.append(emptyState(say, form, prompt), cards.node);
      const head = h("header", {}, h("strong", {}, say("studio")), servicePill(form, say));
      const columns = h("div", { class: "ww-columns" }, slot, h("div", { class: "ww-side" }, results));
      const root = h("section", { class: "ww ww-studio" }, head, columns);
      keepKeys(root);
      el.append(root);
    }
  };
};
export {
  studio_default as default
};
