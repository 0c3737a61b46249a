// The kernel of a widget may be gone. After a restart, sending throws an error, and nobody answers any more.

/**
 * A model whose `send` calls `lost` in place of throwing. Of all front ends only JupyterLab tells when a connection
 * changes.
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
