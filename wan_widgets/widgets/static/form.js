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
var ids = 0;
function freshId() {
  ids += 1;
  return `ww-${ids}-${Math.random().toString(36).slice(2, 8)}`;
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

// src/choice.js
function arrowKeys(group, rows, choose) {
  group.addEventListener("keydown", (event) => {
    const grid = rows();
    const row = grid.findIndex((cells2) => cells2.includes(
      /** @type {HTMLElement} */
      event.target
    ));
    const cells = grid[row];
    if (!cells) return;
    const column = cells.indexOf(
      /** @type {HTMLElement} */
      event.target
    );
    const next = target(event.key, grid, row, column);
    if (!next) return;
    event.preventDefault();
    next.focus();
    choose(next);
  });
}
function target(key, grid, row, column) {
  const wrap = (index, count) => (index + count) % count;
  const cells = grid[row] ?? [];
  switch (key) {
    case "ArrowRight":
      return cells[wrap(column + 1, cells.length)];
    case "ArrowLeft":
      return cells[wrap(column - 1, cells.length)];
    case "ArrowDown":
      return grid.length > 1 ? grid[wrap(row + 1, grid.length)]?.[column] : cells[wrap(column + 1, cells.length)];
    case "ArrowUp":
      return grid.length > 1 ? grid[wrap(row - 1, grid.length)]?.[column] : cells[wrap(column - 1, cells.length)];
    case "Home":
      return grid[0]?.[0];
    case "End":
      return grid.at(-1)?.at(-1);
    default:
      return void 0;
  }
}
function markChosen(elements, isChosen, attribute) {
  const chosen = elements.find(isChosen);
  for (const element of elements) {
    element.setAttribute(attribute, String(element === chosen));
    element.tabIndex = element === (chosen ?? elements[0]) ? 0 : -1;
  }
}

// src/fields.js
function field(name, label, control, { labelFor, aside } = {}) {
  const problem = h("p", { class: "ww-problem", id: freshId(), hidden: true });
  const target2 = labelFor ?? control;
  const isInput = target2 instanceof HTMLInputElement || target2 instanceof HTMLTextAreaElement;
  if (isInput) target2.id ||= freshId();
  const caption = isInput ? h("label", { for: target2.id }, label) : h("span", { class: "ww-label" }, label);
  const head = h("div", { class: "ww-field-head" }, caption, aside ?? null);
  const node = h("div", { class: `ww-field ww-field-${name}`, "data-field": name }, head, control, problem);
  return {
    node,
    /** Show what is wrong with it, or nothing. */
    setProblem(text) {
      setText(problem, text);
      problem.hidden = !text;
      node.classList.toggle("ww-faulty", Boolean(text));
      setAttribute(target2, "aria-describedby", text ? problem.id : null);
      if (isInput) setAttribute(target2, "aria-invalid", text ? "true" : null);
    }
  };
}
function segments(label, choose) {
  const node = h("div", { class: "ww-segments", role: "radiogroup", "aria-label": label });
  let buttons = [];
  let shown = "";
  arrowKeys(node, () => [buttons], (button) => choose(button.dataset.value ?? ""));
  return {
    node,
    /** @param {[value: string, text: string][]} options @param {string} value */
    update(options, value) {
      if (shown !== JSON.stringify(options)) {
        shown = JSON.stringify(options);
        buttons = options.map(([option, text]) => {
          const props = { type: "button", role: "radio", "data-value": option, onclick: () => choose(option) };
          return h("button", props, text);
        });
        node.replaceChildren(...buttons);
      }
      markChosen(buttons, (button) => button.dataset.value === value, "aria-checked");
    }
  };
}
function toggle(label, choose) {
  const input = h("input", { type: "checkbox", role: "switch" });
  input.addEventListener("change", () => choose(input.checked));
  const node = h("label", { class: "ww-toggle" }, input, h("span", {}, label));
  return {
    node,
    update(on) {
      input.checked = on;
    }
  };
}

// src/form-parts.js
var MODES = ["t2v", "i2v", "r2v"];
var TYPING = 250;
function writer(model, signal) {
  let timer = 0;
  const flush = () => {
    clearTimeout(timer);
    model.save_changes();
  };
  signal.addEventListener("abort", () => clearTimeout(timer));
  return {
    flush,
    /** @template {keyof Traits} K @param {K} name @param {Traits[K]} value */
    set(name, value, { typing = false } = {}) {
      model.set(name, value);
      clearTimeout(timer);
      if (typing) timer = setTimeout(flush, TYPING);
      else flush();
    }
  };
}
function tabs(say, write) {
  const panel = freshId();
  const buttons = MODES.map((mode) => {
    const props = { type: "button", role: "tab", "data-mode": mode, "aria-controls": panel };
    return h("button", { ...props, onclick: () => write.set("mode", mode) }, say(`mode.${mode}`));
  });
  const node = h("div", { class: "ww-tabs", role: "tablist", "aria-label": say("mode") }, ...buttons);
  arrowKeys(
    node,
    () => [buttons.filter((button) => !button.disabled)],
    (tab) => write.set("mode", tab.dataset.mode ?? "t2v")
  );
  return {
    node,
    panel,
    /** @param {string} mode @param {Traits["_offers"]} offers */
    update(mode, offers) {
      for (const button of buttons) button.disabled = !((button.dataset.mode ?? "") in offers);
      markChosen(buttons, (button) => button.dataset.mode === mode, "aria-selected");
    }
  };
}
function textField(name, lines, say, write) {
  const area = h("textarea", { rows: lines, spellcheck: name === "prompt" });
  area.addEventListener("input", () => write.set(name, area.value, { typing: true }));
  area.addEventListener("blur", () => write.flush());
  const count = h("span", { class: "ww-aside ww-count" });
  const block = field(name, say(name), area, { aside: count });
  return {
    ...block,
    input: area,
    /** @param {string} text @param {number} limit @param {string} hint */
    update(text, limit, hint) {
      if (area.value !== text) area.value = text;
      area.placeholder = hint;
      const length = [...text].length;
      setText(count, length > 0 || name === "prompt" ? `${length} / ${limit}` : "");
      count.classList.toggle("ww-over", length > limit);
    },
    /** Put words where the cursor is. */
    insert(words) {
      const before = area.value.slice(0, area.selectionStart);
      const gap = before && !/\s$/.test(before) ? " " : "";
      area.setRangeText(`${gap}${words} `, area.selectionStart, area.selectionEnd, "end");
      area.focus();
      write.set(name, area.value);
    }
  };
}
function seedField(say, write) {
  const input = h("input", { type: "text", inputMode: "numeric", placeholder: say("seed.hint"), autocomplete: "off" });
  const dice = h("button", { type: "button", class: "ww-icon ww-dice", "aria-label": say("seed.roll") });
  dice.title = say("seed.roll");
  for (let pip = 0; pip < 5; pip += 1) dice.append(h("i"));
  const box = h("div", { class: "ww-seed" }, input, dice);
  input.addEventListener("input", () => {
    const digits = input.value.replace(/\D/g, "").slice(0, 10);
    if (input.value !== digits) input.value = digits;
    write.set("seed", digits ? Number(digits) : null, { typing: true });
  });
  dice.addEventListener("click", () => {
    write.set("seed", (crypto.getRandomValues(new Uint32Array(1))[0] ?? 0) % 2 ** 31);
  });
  const aside = h("span", { class: "ww-aside" }, say("seed.empty"));
  const block = field("seed", say("seed"), box, { labelFor: input, aside });
  return {
    ...block,
    update(seed) {
      const text = seed === null ? "" : String(seed);
      if (input.value !== text) input.value = text;
    }
  };
}
function soundField(say, write) {
  const choice = toggle(say("audio"), (on) => write.set("audio", on));
  const fact = h("span", { class: "ww-fact" });
  const node = h("div", { class: "ww-sound" }, choice.node, fact);
  const block = field("audio", "", node);
  return {
    ...block,
    /** @param {import("./types.js").Offer} offer @param {boolean} on */
    update(offer, on) {
      const fixed = offer.audio !== "optional" && on === (offer.audio === "always");
      choice.node.hidden = fixed;
      fact.hidden = !fixed;
      setText(fact, fixed ? say(`audio.${offer.audio}`) : "");
      choice.update(on);
    }
  };
}
function footer(say, press) {
  const price = h("strong");
  const source = h("span");
  const words = h("span");
  const keys = /Mac|iPhone|iPad/.test(navigator.platform) ? say("keys.mac") : say("keys");
  const button = h("button", { type: "button", class: "ww-generate", onclick: press }, words);
  button.append(h("kbd", { "aria-hidden": "true" }, keys));
  const problem = h("p", { class: "ww-problem", role: "alert", hidden: true });
  const cost = h("div", { class: "ww-cost" }, price, source);
  const node = h("div", { class: "ww-footer" }, problem, cost, button);
  setText(words, say("generate"));
  return {
    node,
    /** @param {import("./types.js").Service} service */
    update(service) {
      setText(price, say(service.simulated ? "price.free" : "price.unknown"));
      setText(source, service.simulated ? say("price.simulated") : `${service.title} · ${say("price.seconds")}`);
    },
    /** @param {"idle" | "busy" | "waiting"} state */
    show(state) {
      setText(words, say({ idle: "generate", busy: "generate.busy", waiting: "generate.waiting" }[state]));
      button.dataset.state = state;
    },
    setProblem(text) {
      setText(problem, text);
      problem.hidden = !text;
    }
  };
}

// src/size-table.js
function sizeTable(say, choose) {
  const table = h("table", { role: "presentation" });
  const node = h("div", { class: "ww-sizes", role: "radiogroup", "aria-label": say("size") }, table);
  let rows = [];
  let drawn = "";
  const pick = (cell) => choose(cell.dataset.resolution ?? "", cell.dataset.ratio || null);
  arrowKeys(node, () => rows, pick);
  return {
    node,
    /** @param {Offer} offer @param {string} resolution @param {string} ratio */
    update(offer, resolution, ratio) {
      const key = JSON.stringify([offer.sizes, offer.shape_follows_image]);
      if (drawn !== key) {
        drawn = key;
        rows = draw(table, offer, say, pick);
      }
      const isChosen = (cell) => cell.dataset.resolution === resolution && (offer.shape_follows_image || cell.dataset.ratio === ratio);
      markChosen(rows.flat(), isChosen, "aria-checked");
    }
  };
}
function draw(table, offer, say, pick) {
  const resolutions = Object.keys(offer.sizes);
  const cell = (text, resolution, ratio) => {
    const props = { type: "button", role: "radio", "data-resolution": resolution, "data-ratio": ratio };
    const button = h("button", props, text);
    button.addEventListener("click", () => pick(button));
    return button;
  };
  if (offer.shape_follows_image) {
    const cells = resolutions.map((resolution) => cell(resolution, resolution, ""));
    const head = h("th", { scope: "row" }, say("size.follows"));
    table.replaceChildren(h("tr", {}, head, ...cells.map((button) => h("td", {}, button))));
    return [cells];
  }
  const ratios = [...new Set(Object.values(offer.sizes).flatMap((row) => Object.keys(row)))];
  const heads = resolutions.map((resolution) => h("th", { scope: "col" }, resolution));
  const rows = [];
  const body = ratios.map((ratio) => {
    const [width, height] = Object.values(offer.sizes).find((row) => row[ratio])?.[ratio] ?? [1, 1];
    const box = h("span", { class: "ww-shape-box" }, shape(width, height, 18));
    const tr = h("tr", {}, h("th", { scope: "row" }, box, ratio));
    const cells = [];
    for (const resolution of resolutions) {
      const size = offer.sizes[resolution]?.[ratio];
      const button = size ? cell(`${size[0]}×${size[1]}`, resolution, ratio) : null;
      if (button) cells.push(button);
      tr.append(h("td", {}, button));
    }
    rows.push(cells);
    return tr;
  });
  table.replaceChildren(h("tr", {}, h("td"), ...heads), ...body);
  return rows;
}

// src/sources.js
function imageSource(say, change) {
  const input = h("input", { type: "url", placeholder: say("image.hint"), spellcheck: false, autocomplete: "off" });
  input.addEventListener("input", () => change(input.value));
  const block = field("image", say("image"), input);
  return {
    ...block,
    input,
    update(url) {
      if (input.value !== url) input.value = url;
    }
  };
}
function imagePreview(say) {
  const caption = h("p", {}, say("image.none"));
  const image = h("img", { alt: say("image.preview"), hidden: true, referrerPolicy: "no-referrer" });
  const node = h("div", { class: "ww-preview" }, image, caption);
  let timer = 0;
  let shown = "";
  const say_only = (text) => {
    image.hidden = true;
    caption.hidden = false;
    setText(caption, text);
  };
  image.addEventListener("load", () => {
    image.hidden = false;
    caption.hidden = true;
  });
  image.addEventListener("error", () => say_only(say("image.unseen")));
  return {
    node,
    update(url) {
      if (url === shown) return;
      shown = url;
      clearTimeout(timer);
      say_only(say("image.none"));
      if (/^https?:\/\/\S+\.\S|^https?:\/\/(localhost|\d)/i.test(url)) timer = setTimeout(() => image.src = url, 400);
    }
  };
}
function referenceSources(say, change, insert) {
  const list = h("div", { class: "ww-references", role: "group", "aria-label": say("references") });
  const add = h("button", { type: "button", class: "ww-quiet" }, say("reference.add"));
  const block = field("references", say("references"), list, { aside: add });
  const rows = [];
  const urls = () => rows.map((row) => row.input.value);
  add.addEventListener("click", () => {
    change([...urls(), ""]);
    rows.at(-1)?.input.focus();
  });
  const makeRow = (index) => {
    const name = `character${index + 1}`;
    const chip = h("button", { type: "button", class: "ww-chip", title: say("reference.insert") }, name);
    chip.addEventListener("click", () => insert(name));
    const props = { type: "url", placeholder: say("reference.hint"), spellcheck: false, autocomplete: "off" };
    const input = h("input", { ...props, "aria-label": `${say("reference")} ${index + 1}` });
    input.addEventListener("input", () => change(urls()));
    const remove = h("button", { type: "button", class: "ww-icon", "aria-label": say("reference.remove") }, "×");
    remove.addEventListener("click", () => change(urls().filter((_, other) => other !== index)));
    return { node: h("div", { class: "ww-reference" }, chip, input, remove), input, remove };
  };
  return {
    ...block,
    get input() {
      return rows[0]?.input ?? add;
    },
    /** @param {string[]} references @param {number} limit */
    update(references, limit) {
      const wanted = references.length > 0 ? references : [""];
      while (rows.length > wanted.length) rows.pop()?.node.remove();
      while (rows.length < wanted.length) {
        rows.push(makeRow(rows.length));
        list.append(
          /** @type {HTMLElement} */
          rows.at(-1)?.node
        );
      }
      rows.forEach((row, index) => {
        if (row.input.value !== wanted[index]) row.input.value = wanted[index] ?? "";
        row.remove.hidden = wanted.length === 1;
      });
      add.disabled = wanted.length >= limit;
    }
  };
}

// src/submission.js
var SETTLED = 700;
var PATIENCE = 1500;
function createSubmission(send, show) {
  let id = token();
  let pressed = 0;
  let answered = false;
  let busy = false;
  let patience = 0;
  const settle = () => {
    clearTimeout(patience);
    busy = false;
    id = token();
    show("idle");
  };
  return {
    press() {
      if (!busy) {
        busy = true;
        answered = false;
        pressed = performance.now();
        show("busy");
        patience = setTimeout(() => show("waiting"), PATIENCE);
      }
      if (!answered) send(id);
    },
    /** The kernel's word on it; another view's submissions are not ours. */
    answer(to, accepted) {
      if (to !== id || answered) return false;
      answered = true;
      if (accepted) setTimeout(settle, Math.max(0, SETTLED - (performance.now() - pressed)));
      else settle();
      return true;
    }
  };
}

// src/form.js
var VALUES = (
  /** @type {const} */
  [
    "mode",
    "model",
    "prompt",
    "negative_prompt",
    "image",
    "references",
    "resolution",
    "aspect_ratio",
    "duration",
    "seed",
    "prompt_extend",
    "audio",
    "shot_type",
    "watermark"
  ]
);
var QUIET_WHILE_EMPTY = /* @__PURE__ */ new Set(["prompt", "image", "references"]);
function render({ model, el, signal }) {
  const say = (key) => model.get("_labels")[key] ?? key;
  const write = writer(model, signal);
  const bar = tabs(say, write);
  const prompt = textField("prompt", 3, say, write);
  const negative = textField("negative_prompt", 1, say, write);
  const image = imageSource(say, (url) => write.set("image", url, { typing: true }));
  const preview = imagePreview(say);
  const references = referenceSources(say, (urls) => write.set("references", urls, { typing: true }), prompt.insert);
  const sizes = sizeTable(say, (resolution, ratio) => {
    if (ratio !== null) model.set("aspect_ratio", ratio);
    write.set("resolution", resolution);
  });
  const sizeAside = h("span", { class: "ww-aside" });
  const size = field("resolution", say("size"), h("div", { class: "ww-size-box" }, sizes.node, preview.node), {
    aside: sizeAside
  });
  const lengths = segments(say("duration"), (value) => write.set("duration", Number(value)));
  const duration = field("duration", say("duration"), lengths.node);
  const shots = segments(say("shot_type"), (value) => write.set("shot_type", value));
  const shotType = field("shot_type", say("shot_type"), shots.node);
  const seed = seedField(say, write);
  const sound = soundField(say, write);
  const extend = toggle(say("prompt_extend"), (on) => write.set("prompt_extend", on));
  const watermark = toggle(say("watermark"), (on) => write.set("watermark", on));
  let attempted = false;
  const submission = createSubmission(
    (id) => model.send({ kind: "generate", id, values: Object.fromEntries(VALUES.map((name) => [name, model.get(name)])) }),
    (state) => foot.show(state)
  );
  const press = () => {
    foot.setProblem("");
    write.flush();
    submission.press();
  };
  const foot = footer(say, press);
  const words = h("div", { class: "ww-words" }, image.node, references.node, prompt.node);
  const pair = (...nodes) => h("div", { class: "ww-pair" }, ...nodes);
  const switches = h("div", { class: "ww-switches" }, extend.node, watermark.node);
  const body = h("div", { class: "ww-body", id: bar.panel, role: "tabpanel" }, words, negative.node, size.node);
  body.append(pair(duration.node, shotType.node), pair(seed.node, sound.node), switches);
  const root = h("section", { class: "ww ww-form" }, h("div", { class: "ww-top" }, bar.node), body, foot.node);
  keepKeys(root);
  root.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && !event.repeat) {
      event.preventDefault();
      press();
    }
  });
  const blocks = {
    image,
    references,
    prompt,
    negative_prompt: negative,
    resolution: size,
    duration,
    shot_type: shotType,
    seed,
    audio: sound
  };
  const problemOf = (name) => {
    const names = name === "resolution" ? ["resolution", "aspect_ratio"] : [name];
    const empty = QUIET_WHILE_EMPTY.has(name) && String(model.get(
      /** @type {keyof Traits} */
      name
    ) ?? "").trim() === "";
    if (empty && !attempted) return "";
    const problems = model.get("_problems").filter((problem) => names.includes(problem.field));
    return problems.map((problem) => problem.text).join(" ");
  };
  const update = () => {
    const mode = model.get("mode");
    const offer = model.get("_offers")[mode];
    bar.update(mode, model.get("_offers"));
    body.setAttribute("aria-label", say(`mode.${mode}`));
    root.dataset.mode = mode;
    image.node.hidden = mode !== "i2v";
    references.node.hidden = mode !== "r2v";
    preview.node.hidden = !offer?.shape_follows_image;
    image.update(model.get("image"));
    preview.update(mode === "i2v" ? model.get("image").trim() : "");
    seed.update(model.get("seed"));
    extend.update(model.get("prompt_extend"));
    watermark.update(model.get("watermark"));
    foot.update(model.get("_service"));
    if (offer) {
      prompt.update(model.get("prompt"), offer.prompt_limit, say(`prompt.hint.${mode}`));
      negative.update(model.get("negative_prompt"), offer.negative_prompt_limit, say("negative_prompt.hint"));
      references.update(model.get("references"), offer.max_references);
      sizes.update(offer, model.get("resolution"), model.get("aspect_ratio"));
      setText(sizeAside, offer.shape_follows_image ? "" : say("size.exact"));
      lengths.update(offer.durations.map((length) => [String(length), `${length} ${say("seconds")}`]), String(model.get("duration")));
      shots.update(offer.shot_types.map((shot) => [shot, say(`shot_type.${shot}`)]), model.get("shot_type"));
      shotType.node.classList.toggle("ww-absent", offer.shot_types.length === 0);
      sound.update(offer, model.get("audio"));
    }
    for (const [name, block] of Object.entries(blocks)) block.setProblem(block.node.hidden ? "" : problemOf(name));
    const elsewhere = model.get("_problems").filter(({ field: name }) => name !== "aspect_ratio" && !(name in blocks));
    foot.setProblem(elsewhere.map(({ field: name, text }) => `${name}: ${text}`).join(" "));
  };
  const onMessage = (message) => {
    if (!submission.answer(message.id, message.kind === "accepted") || message.kind !== "refused") return;
    attempted = true;
    update();
    if (message.message) foot.setProblem(message.message);
    const first = Object.values(blocks).find((block) => block.node.classList.contains("ww-faulty"));
    const control = first?.input ?? first?.node.querySelector("input, textarea, [tabindex='0']");
    control?.focus();
  };
  for (
    const name of
    /** @type {const} */
    [...VALUES, "_labels", "_service", "_offers", "_problems"]
  ) {
    model.on(`change:${name}`, update);
  }
  model.on("msg:custom", onMessage);
  update();
  el.append(root);
}
var form_default = { render };
export {
  form_default as default
};
