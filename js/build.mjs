// Bundles js/src into wan_widgets/widgets/static: widgets.js has the code and the styles of all widgets, and a script
// for each widget, such as form.js, takes the code from there. Each is self-contained, because anywidget imports a
// widget's module from a Blob, where relative imports cannot resolve. A part, such as gallery-part.js, is a widget that
// few notebooks have. It takes what the widgets share from widgets.js, too.
//
//   node build.mjs          writes the bundles
//   node build.mjs --check  writes nothing; exits 1 and names each file that a build would change
//
// The bundles are committed, so that an install from git needs no Node.

import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { basename, dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

import { build } from "esbuild";

const HERE = dirname(fileURLToPath(import.meta.url));
const ROOT = dirname(HERE);
const STATIC = join(ROOT, "wan_widgets", "widgets", "static");
const ENTRY_POINTS = ["src/widgets.js", "src/loader.js", "src/widget.css"];
const WIDGETS = ["form", "studio", "task"]; // as src/widgets.js names them
const PARTS = ["gallery", "sweep"]; // src/<name>.js with the styles in src/<name>/<name>.css

/** A path as the messages show it: from the repository's root, with slashes everywhere. */
const shown = (/** @type {string} */ path) => relative(ROOT, path).replaceAll("\\", "/");

function requireEntryPoints() {
  const missing = ENTRY_POINTS.filter((entry) => !existsSync(join(HERE, entry)));
  if (missing.length > 0) {
    fail(`These entry points of js/build.mjs do not exist: ${missing.map((entry) => `js/${entry}`).join(", ")}`);
  }
}

/** The names in src/given.js. */
async function namesGiven() {
  const { metafile } = await build({
    absWorkingDir: HERE,
    entryPoints: ["src/given.js"],
    outdir: STATIC,
    bundle: true,
    write: false,
    format: "esm",
    metafile: true,
  });
  return Object.values(metafile.outputs)[0]?.exports ?? [];
}

/**
 * Lets a part take what is in shared/ and cards/ from widgets.js, which gives what is in src/given.js. loader.js keeps
 * the code of each version.
 */
const sharing = (/** @type {string} */ version, /** @type {string[]} */ names) => ({
  name: "sharing",
  setup(/** @type {import("esbuild").PluginBuild} */ builder) {
    builder.onResolve({ filter: /\/(shared|cards)\/\w+\.js$/ }, () => ({ path: "shared", namespace: "sharing" }));
    builder.onLoad({ filter: /./, namespace: "sharing" }, () => ({
      contents: `export const { ${names} } = await globalThis[Symbol.for("wan_widgets")].get("${version}");`,
    }));
  },
});

/** One file, as text. `define` has values for names in capitals. */
async function built(
  /** @type {string} */ entry,
  /** @type {Record<string, string>} */ define = {},
  /** @type {import("esbuild").Plugin[]} */ plugins = [],
) {
  const { outputFiles } = await build({
    absWorkingDir: HERE,
    entryPoints: [entry],
    outdir: STATIC,
    bundle: true,
    write: false,
    format: "esm",
    target: "es2022",
    charset: "utf8",
    minify: true, // it travels, and into notebooks that save their widgets' state
    legalComments: "none",
    tsconfigRaw: {}, // the type checker's settings must not change what ships
    define: Object.fromEntries(Object.entries(define).map(([name, value]) => [name, JSON.stringify(value)])),
    logLevel: "warning",
    plugins,
  });
  return outputFiles[0]?.text ?? "";
}

async function bundle() {
  const [style, names] = await Promise.all([built("src/widget.css"), namesGiven()]);
  const code = (/** @type {string} */ version) => built("src/widgets.js", { __STYLE__: style, __VERSION__: version });
  const part = async (/** @type {string} */ name, /** @type {string} */ version) => {
    const define = { __STYLE__: await built(`src/${name}/${name}.css`) };
    return { path: join(STATIC, `${name}-part.js`), text: await built(`src/${name}-part.js`, define, [sharing(version, names)]) };
  };
  // A page may see several versions, one after the other. Its widgets must not use the code of another one.
  const drafts = [await code(""), ...(await Promise.all(PARTS.map((name) => part(name, "")))).map(({ text }) => text)];
  const version = createHash("sha256").update(drafts.join("")).digest("hex").slice(0, 12);
  const scripts = [...WIDGETS, ...PARTS].map(async (name) => ({
    path: join(STATIC, `${name}.js`),
    text: await built("src/loader.js", { __ENTRY__: name, __PART__: PARTS.includes(name) ? name : "", __VERSION__: version }),
  }));
  const all = { path: join(STATIC, "widgets.js"), text: await code(version) };
  return [all, ...(await Promise.all([...scripts, ...PARTS.map((name) => part(name, version))]))];
}

/** The committed text of a file, or undefined; a checkout on Windows may have turned its line ends. */
async function committed(/** @type {string} */ path) {
  return existsSync(path) ? (await readFile(path, "utf8")).replaceAll("\r\n", "\n") : undefined;
}

async function check(/** @type {{ path: string, text: string }[]} */ files) {
  const stale = [];
  for (const { path, text } of files) {
    if ((await committed(path)) !== text) stale.push(shown(path));
  }
  if (stale.length > 0) {
    fail(`Not what js/src would build: ${stale.join(", ")}\nRun: python scripts/javascript.py build`);
  }
  console.log(`${files.length} bundles are what js/src builds.`);
}

async function write(/** @type {{ path: string, text: string }[]} */ files) {
  await mkdir(STATIC, { recursive: true });
  for (const { path, text } of files) {
    await writeFile(path, text);
    console.log(`${basename(path).padEnd(12)} ${(Buffer.byteLength(text) / 1024).toFixed(1).padStart(7)} KiB`);
  }
}

function fail(/** @type {string} */ message) {
  console.error(message);
  process.exit(1);
}

requireEntryPoints();
let files;
try {
  files = await bundle();
} catch {
  process.exit(1); // esbuild has already printed what is wrong, with the place
}
await (process.argv.includes("--check") ? check(files) : write(files));
