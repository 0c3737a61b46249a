// The words of the interface. Python sends all of them.

/**
 * A function that returns the label with a key, and fills in names in {braces}: say("file.large", { limit: "10 MB" }).
 * @param {{ get(name: "_labels"): Record<string, string> }} model
 * @returns {import("./types.js").Say}
 */
export function speaker(model) {
  return (key, values = {}) =>
    (model.get("_labels")[key] ?? key).replace(/\{(\w+)\}/g, (whole, name) => String(values[name] ?? whole));
}

/** A number of bytes in megabytes, with the unit. */
export function megabytes(/** @type {number} */ bytes) {
  return `${(bytes / 1e6).toFixed(bytes < 1e7 ? 1 : 0).replace(/\.0$/, "")} MB`;
}

/** How much of a file has arrived: `1.2 / 3.4 MB`. */
export function share(/** @type {number} */ done, /** @type {number} */ all) {
  return `${(done / 1e6).toFixed(1)} / ${(all / 1e6).toFixed(1)} MB`;
}
