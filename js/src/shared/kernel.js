// The kernel of a widget may be gone. After a restart, sending throws an error, and nobody answers any more.

import { onEnd } from "./dom.js";

/**
 * A model with some other methods.
 * @template {object} T
 * @param {import("@anywidget/types").AnyModel<T>} model @param {Partial<import("@anywidget/types").AnyModel<T>>} methods
 */
function altered(model, methods) {
  return new Proxy(model, {
    get(target, name) {
      const value = Reflect.get(methods, name) ?? Reflect.get(target, name);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}

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
  return altered(model, { send });
}

/**
 * A model whose listeners end with a signal.
 * @template {object} T
 * @param {import("@anywidget/types").AnyModel<T>} model @param {AbortSignal} signal
 */
export function scoped(model, signal) {
  const on = (/** @type {any} */ name, /** @type {any} */ listener) => {
    model.on(name, listener);
    onEnd(signal, () => model.off(name, listener));
  };
  return altered(model, { on });
}
