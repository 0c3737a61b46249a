// The script of one widget. The code of all widgets travels once, in the model `_bundle`. This script brings the code
// into the page, so that all widgets use it. Then it calls the widget that is named by __ENTRY__. If that is a part of its
// own, __PART__ is its name, and its code is beside the code of all widgets. The build replaces the names in capitals.

// @ts-expect-error
const [ENTRY, VERSION] = /** @type {[string, string]} */ ([__ENTRY__, __VERSION__]);

/** @typedef {{ initialize?(props: any): any, render(props: any): any }} Widget */
/** @typedef {Record<string, () => Widget>} Code  the widgets of the package, by name */
/** @typedef {import("@anywidget/types").AnyModel<any>} Model */

/** @type {Map<string, Promise<Code>>} */
const codes = (/** @type {any} */ (globalThis)[Symbol.for("wan_widgets")] ??= new Map());

/**
 * The code of all widgets, or of a part, as text. `alone` is called if the kernel must be asked, because widgets do not
 * see each other here.
 * @param {Model} model @param {string} part @param {() => void} alone
 */
async function textFor(model, part, alone) {
  try {
    const shared = /** @type {any} */ (await model.widget_manager.get_model(model.get("_bundle")));
    // @ts-expect-error
    const text = __PART__ && part ? shared.get("_parts")[part] : shared.get("_code");
    if (text) return text;
  } catch {}
  alone();
  return new Promise((resolve) => {
    // @ts-expect-error
    const take = (/** @type {any} */ message) => resolve(__PART__ && part ? message.part : message.code);
    model.on("msg:custom", (/** @type {any} */ message) => message.kind === "code" && take(message));
    model.send({ kind: "code" });
  });
}

/**
 * Whether the widget comes from a saved notebook. Its kernel has gone, and a form that looks alive would be a lie.
 */
async function isSaved(/** @type {Model} */ model) {
  const name = model.get("_anchor");
  if (!name) return false; // Voila never answers for a model without a name
  try {
    return /** @type {any} */ (await model.widget_manager.get_model(name)).comm_live === false;
  } catch {
    return false;
  }
}

/** What a widget shows that has no kernel. */
async function withoutKernel(/** @type {{ model: Model, el: HTMLElement }} */ { model, el }) {
  const shared = /** @type {any} */ (await model.widget_manager.get_model(model.get("_bundle")));
  el.textContent = shared.get("labels")["kernel.gone"];
}

async function load(/** @type {Model} */ model, /** @type {string} */ part, /** @type {() => void} */ alone) {
  const url = URL.createObjectURL(new Blob([await textFor(model, part, alone)], { type: "text/javascript" }));
  try {
    return await import(url);
  } finally {
    URL.revokeObjectURL(url);
  }
}

function codeFor(/** @type {Model} */ model, /** @type {string} */ part, /** @type {() => void} */ alone) {
  const name = VERSION + part;
  const code = codes.get(name) ?? load(model, part, alone);
  codes.set(name, code);
  code.catch(() => codes.delete(name));
  return code;
}

export default () => {
  /** @type {Promise<Widget>} */
  let ready;
  return {
    async initialize(/** @type {any} */ props) {
      const exports = {};
      // A saved widget can ask no kernel for the code, and others must not wait for its answer.
      if (!codes.has(VERSION) && (await isSaved(props.model))) return exports;
      // Messages wait until this function ends, and so would the kernel's answer.
      const alone = new Promise((resolve) => {
        const alone = () => resolve(undefined);
        const all = codeFor(props.model, "", alone);
        // @ts-expect-error
        const own = __PART__ ? all.then(() => codeFor(props.model, __PART__, alone)) : all;
        ready = own.then(async (code) => {
          const widget = /** @type {() => Widget} */ (code[ENTRY])();
          Object.assign(exports, await widget.initialize?.(props));
          return widget;
        });
      });
      await Promise.race([ready, alone]);
      return exports;
    },
    async render(/** @type {any} */ props) {
      return (await isSaved(props.model)) ? withoutKernel(props) : (await ready).render(props);
    },
  };
};
