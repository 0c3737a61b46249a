// Bundles js/src into wan_widgets/widgets/static, one self-contained file per widget:
// anywidget imports a widget's module from a Blob, where relative imports cannot resolve.
//
//   node build.mjs          writes the bundles
//   node build.mjs --check  writes nothing; exits 1 and names each file that a build would change
//
// The bundles are committed, so that an install from git needs no Node.

import { existsSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { basename, dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

import { build } from "esbuild";

const HERE = dirname(fileURLToPath(import.meta.url));
const ROOT = dirname(HERE);
const STATIC = join(ROOT, "wan_widgets", "widgets", "static");
const ENTRY_POINTS = ["src/form.js", "src/task.js", "src/studio.js", "src/widget.css"];

/** A path as the messages show it: from the repository's root, with slashes everywhere. */
const shown = (/** @type {string} */ path) => relative(ROOT, path).replaceAll("\\", "/");

function requireEntryPoints() {
  const missing = ENTRY_POINTS.filter((entry) => !existsSync(join(HERE, entry)));
  if (missing.length > 0) {
    fail(`These entry points of js/build.mjs do not exist: ${missing.map((entry) => `js/${entry}`).join(", ")}`);
  }
}

async function bundle() {
  const { outputFiles } = await build({
    absWorkingDir: HERE,
    entryPoints: ENTRY_POINTS,
    outdir: STATIC,
    bundle: true,
    write: false,
    format: "esm",
    target: "es2022",
    charset: "utf8",
    minify: true, // the bundle travels with every model, and into notebooks that save their widgets' state
    legalComments: "none",
    tsconfigRaw: {}, // the type checker's settings must not change what ships
    logLevel: "warning",
  });
  return outputFiles;
}

/** The committed text of a file, or undefined; a checkout on Windows may have turned its line ends. */
async function committed(/** @type {string} */ path) {
  return existsSync(path) ? (await readFile(path, "utf8")).replaceAll("\r\n", "\n") : undefined;
}

async function check(/** @type {import("esbuild").OutputFile[]} */ files) {
  const stale = [];
  for (const { path, text } of files) {
    if ((await committed(path)) !== text) stale.push(shown(path));
  }
  if (stale.length > 0) {
    fail(`Not what js/src would build: ${stale.join(", ")}\nRun: python scripts/javascript.py build`);
  }
  console.log(`${files.length} bundles are what js/src builds.`);
}

async function write(/** @type {import("esbuild").OutputFile[]} */ files) {
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
