// What anywidget 0.11 does around a widget's module, without Jupyter: models, views, the host of composed widgets.
// page.py plays the part of Python through window.fakeAnywidget. Bytes cross as { $bytes: base64 }.
//
// Kept as anywidget has it: the module is imported from a Blob once per model; the listeners of a view or of
// initialize end with it; messages wait until initialize has ended; changes made by the browser reach Python only by
// save_changes; `set` tells listeners of a change only when the value differs.

(() => {
  const models = new Map();
  const loading = new Map();

  const unpack = (value) => {
    if (Array.isArray(value)) return value.map(unpack);
    if (value === null || typeof value !== "object") return value;
    if (typeof value.$bytes === "string") {
      return new DataView(Uint8Array.from(atob(value.$bytes), (letter) => letter.charCodeAt(0)).buffer);
    }
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, unpack(item)]));
  };

  const pack = (value) => {
    if (value instanceof ArrayBuffer || ArrayBuffer.isView(value)) {
      const bytes = value instanceof ArrayBuffer
        ? new Uint8Array(value)
        : new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
      let letters = "";
      const some = 8192; // at once: one by one takes long, and all are too many for one call
      for (let at = 0; at < bytes.length; at += some) letters += String.fromCharCode(...bytes.subarray(at, at + some));
      return { $bytes: btoa(letters) };
    }
    if (Array.isArray(value)) return value.map(pack);
    if (value === null || typeof value !== "object") return value;
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, pack(item)]));
  };

  const same = (one, other) => one === other || JSON.stringify(pack(one)) === JSON.stringify(pack(other));

  class Model {
    listeners = [];
    changed = {};
    sent = [];
    views = new Map();
    controller = new AbortController();

    constructor(id, traits) {
      this.id = id;
      this.state = traits;
      this.python = structuredClone(traits);
      this.ready = new Promise((resolve, reject) => Object.assign(this, { resolve, reject }));
    }

    on(name, callback, context) {
      this.listeners.push({ name, callback, context });
    }

    off(name, callback, context) {
      this.listeners = this.listeners.filter((listener) =>
        (name && listener.name !== name) || (callback && listener.callback !== callback) ||
        (context && listener.context !== context));
    }

    trigger(name, ...values) {
      for (const listener of [...this.listeners]) if (listener.name === name) listener.callback(...values);
    }

    set(name, value) {
      if (same(this.state[name], value)) return;
      this.state[name] = value;
      this.changed[name] = value;
      this.trigger(`change:${name}`, this, value, {});
      this.trigger("change", this, {});
    }

    save_changes() {
      Object.assign(this.python, structuredClone(this.changed));
      this.changed = {};
    }

    lose() {
      this.send = () => { throw new Error("Cannot send"); };
      this.trigger("comm_live_update");
    }

    send(content, _callbacks, buffers = []) {
      this.sent.push(pack({ content: structuredClone(content), buffers: [...buffers] }));
    }

    fromPython(values) {
      const news = Object.entries(values).filter(([name, value]) => !same(this.state[name], value));
      Object.assign(this.python, structuredClone(values));
      Object.assign(this.state, values);
      for (const [name, value] of news) this.trigger(`change:${name}`, this, value, {});
      if (news.length > 0) this.trigger("change", this, {});
    }
  }

  /** What a widget is given: its listeners belong to one context and end with it. */
  const proxy = (model, context) => ({
    get: (name) => model.state[name],
    set: (name, value) => model.set(name, value),
    save_changes: () => model.save_changes(),
    send: (content, callbacks, buffers) => model.send(content, callbacks, buffers),
    on: (name, callback) => model.on(name, callback, context),
    off: (name, callback) => model.off(name, callback, context),
    widget_manager: { get_model: async (id) => proxy(find(id), context) },
  });

  const find = (id) => models.get(id) ?? fail(`no model ${JSON.stringify(id)}`);
  const fail = (message) => { throw new Error(`[fake anywidget] ${message}`); };
  const named = (ref) => String(ref).startsWith("anywidget:") ? String(ref).slice(10) : fail(`not a reference: ${ref}`);
  const experimental = { invoke: async () => fail("experimental.invoke is not played: use model.send") };

  const hostOf = (signal) => {
    const host = {
      async getModel(ref) {
        const model = find(named(ref));
        const context = Symbol("host.getModel");
        signal.addEventListener("abort", () => model.off(null, null, context));
        return proxy(model, context);
      },
      async getWidget(ref) {
        const model = find(named(ref));
        const exports = await model.ready;
        return { exports, render: (view) => draw(model, view.el, view.signal ?? signal, host) };
      },
    };
    return host;
  };

  const draw = async (model, el, signal, host) => {
    await model.ready;
    const context = Symbol("view");
    const both = AbortSignal.any([signal, model.controller.signal]);
    const cleanup = await model.widget.render?.({ model: proxy(model, context), el, signal: both, host, experimental });
    const end = () => { model.off(null, null, context); if (typeof cleanup === "function") cleanup(); };
    if (both.aborted) end();
    else both.addEventListener("abort", end);
  };

  const load = async (model, esm) => {
    const url = URL.createObjectURL(new Blob([esm], { type: "text/javascript" }));
    const module = await import(url);
    URL.revokeObjectURL(url);
    if (!module.default) fail("the module has no default export");
    model.widget = typeof module.default === "function" ? await module.default() : module.default;
    const signal = model.controller.signal;
    const result = await model.widget.initialize?.({ model: proxy(model, Symbol("initialize")), signal, experimental });
    if (typeof result === "function") signal.addEventListener("abort", () => result());
    return typeof result === "object" && result !== null ? result : undefined;
  };

  const addStyle = (id, css) => {
    const style = document.head.appendChild(document.createElement("style"));
    style.id = `style-${id}`;
    style.textContent = css;
  };

  window.fakeAnywidget = {
    /** The model with what our widgets share, which each of them names as its `_bundle`. */
    provide(traits) {
      const model = new Model("bundle", traits);
      models.set("bundle", model);
      model.resolve();
    },

    create({ id, esm, css, traits }) {
      const model = new Model(id, unpack(traits));
      models.set(id, model);
      if (css) addStyle(id, css);
      loading.set(id, load(model, esm).then(model.resolve, model.reject));
    },

    async view({ id, name }) {
      const model = find(id);
      const el = document.body.appendChild(document.createElement("div"));
      el.dataset.view = name;
      const controller = new AbortController();
      model.views.set(name, controller);
      await draw(model, el, controller.signal, hostOf(controller.signal));
    },

    removeView({ id, name }) {
      find(id).views.get(name)?.abort();
      find(id).views.delete(name);
      document.querySelector(`[data-view=${CSS.escape(name)}]`)?.remove();
    },

    close({ id }) {
      const model = find(id);
      for (const name of [...model.views.keys()]) this.removeView({ id, name });
      model.controller.abort();
      models.delete(id);
    },

    async fromPython({ id, traits }) {
      await find(id).ready;
      find(id).fromPython(unpack(traits));
    },

    async message({ id, content, buffers }) {
      await find(id).ready;
      find(id).trigger("msg:custom", unpack(content), unpack(buffers));
    },

    lose: ({ id }) => find(id).lose(),
    sent: ({ id }) => find(id).sent,
    contents: ({ id }) => find(id).sent.map(({ content }) => content),
    traits: ({ id }) => pack(find(id).python),
  };
})();
