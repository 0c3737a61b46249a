// The kernel may have gone from under a widget: after a restart, sending throws, and nobody answers any more.

/**
 * A model whose `send` then breaks nothing, but tells of it. JupyterLab says when connections change, others do not.
 * @template {object} T
 * @param {import("@anywidget/types").AnyModel<T>} model @param {() => void} lost
 */
export function guarded(model, lost) {
  /** @type {typeof model.send} */
  const send = (...message) => {
    try {
      return model.send(...message);
    } catch {
      return lost();
    }
  };
  return new Proxy(model, {
    get(target, name) {
      if (name === "send") return send;
      const value = Reflect.get(target, name);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}
