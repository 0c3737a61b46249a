// Where the Jupyter server has a clip too: if the file lies below its folder. A clip plays from there at once, the server
// sends any part of it, and neither the kernel nor this page holds the whole. JupyterLab tells its server's folder.

const PATIENCE = 3000; // ms for an answer; the kernel has the clip in any case

/** @returns {{ serverRoot?: string, baseUrl?: string }} */
function settings() {
  try {
    return JSON.parse(document.getElementById("jupyter-config-data")?.textContent || "{}");
  } catch {
    return {};
  }
}

/** The folder of the server; empty if it is not known. */
export const serverFolder = () => settings().serverRoot ?? "";

/**
 * The address of a file at the server; empty if the server has no such file, or another one.
 * @param {import("./clips.js").Place} file  below the server's folder
 */
export async function addressOf({ path, size, modified }) {
  const url = new URL(`${settings().baseUrl ?? "/"}files/${path.split("/").map(encodeURIComponent).join("/")}`, location.href);
  const token = /(?:^|; )_xsrf=([^;]*)/.exec(document.cookie)?.[1];
  if (token) url.searchParams.set("_xsrf", token);
  try {
    const { ok, headers } = await fetch(url, { method: "HEAD", signal: AbortSignal.timeout(PATIENCE) });
    const isSame = Number(headers.get("content-length")) === size;
    const isUnchanged = Date.parse(headers.get("last-modified") ?? "") === modified * 1000;
    return ok && isSame && isUnchanged ? url.href : "";
  } catch {
    return "";
  }
}
