// Sending files to the kernel. They go in chunks, because one large message would break the connection. The kernel
// confirms each chunk, and only a few may be unconfirmed. It sends { kind: "file-begin", id, name, size, type },
// { kind: "file-chunk", id, start } with a buffer, and { kind: "file-cancel", id }.

import { onEnd, token } from "../shared/dom.js";

const CHUNK = 2 ** 20;
const WINDOW = 4; // how many chunks may be unconfirmed

/**
 * Hears what becomes of a file.
 * @typedef {{
 *   progress(received: number): void,
 *   stored(path: string): void,
 *   failed(message: string): void,
 * }} Listener
 */

/**
 * @typedef {{
 *   id: string,
 *   file: File,
 *   listener: Listener,
 *   sent: number,
 *   received: number,
 *   begun: boolean,
 *   reading: boolean,
 * }} Parcel
 */

/**
 * @param {import("@anywidget/types").AnyModel<import("../shared/types.js").FormTraits>} model
 * @param {AbortSignal} signal
 */
export function createSender(model, signal) {
  /** @type {Parcel[]} */
  const queue = []; // files are sent one after the other; the first is being sent

  const begin = () => {
    const parcel = queue[0];
    if (!parcel || parcel.begun) return;
    parcel.begun = true;
    const { name, size, type } = parcel.file;
    model.send({ kind: "file-begin", id: parcel.id, name, size, type });
  };
  /** @type {Set<() => void>} */
  const listeners = new Set();
  const end = (/** @type {Parcel} */ parcel) => {
    queue.splice(queue.indexOf(parcel), 1);
    begin();
    queueMicrotask(() => listeners.forEach((listener) => listener())); // after its field has heard of it
  };
  const cancel = (/** @type {Parcel} */ parcel) => {
    if (!queue.includes(parcel)) return;
    if (parcel.begun) model.send({ kind: "file-cancel", id: parcel.id });
    end(parcel);
  };
  const fail = (/** @type {Parcel} */ parcel, /** @type {string} */ message) => {
    cancel(parcel);
    parcel.listener.failed(message);
  };

  /** Send as many chunks, in order, as the window allows. */
  const advance = async (/** @type {Parcel} */ parcel) => {
    if (parcel.reading) return;
    parcel.reading = true;
    while (queue[0] === parcel && parcel.sent < parcel.file.size && parcel.sent - parcel.received < WINDOW * CHUNK) {
      const start = parcel.sent;
      const part = parcel.file.slice(start, start + CHUNK);
      parcel.sent += part.size;
      try {
        const bytes = await part.arrayBuffer();
        if (queue[0] === parcel) model.send({ kind: "file-chunk", id: parcel.id, start }, undefined, [bytes]);
      } catch (error) {
        fail(parcel, String(error)); // the file was moved or changed in the meantime
      }
    }
    parcel.reading = false;
  };

  model.on("msg:custom", (/** @type {any} */ message) => {
    const parcel = queue[0];
    if (!parcel || message.id !== parcel.id) return;
    if (message.kind === "file-here") {
      parcel.received = message.received;
      parcel.listener.progress(message.received);
      if (parcel.file.size === 0 && parcel.sent === 0) return sendEmpty(parcel);
      advance(parcel);
    } else if (message.kind === "file-stored") {
      end(parcel);
      parcel.listener.stored(message.path);
    } else if (message.kind === "file-failed") {
      end(parcel);
      parcel.listener.failed(message.message);
    }
  });
  const sendEmpty = (/** @type {Parcel} */ parcel) => {
    parcel.sent = 1;
    model.send({ kind: "file-chunk", id: parcel.id, start: 0 }, undefined, [new ArrayBuffer(0)]);
  };
  onEnd(signal, () => [...queue].forEach(cancel));

  return {
    /** Call a function when no file is on its way. @param {() => void} act */
    whenFree(act) {
      if (queue.length === 0) act();
      else listeners.add(() => queue.length === 0 && act());
    },
    /** Send a file after those before it. Returns a function that cancels it. */
    send(/** @type {File} */ file, /** @type {Listener} */ listener) {
      const parcel = { id: token(), file, listener, sent: 0, received: 0, begun: false, reading: false };
      queue.push(parcel);
      begin();
      return () => cancel(parcel);
    },
    /** Hear when a file has arrived, has failed or is called off. */
    listen(/** @type {() => void} */ listener) {
      listeners.add(listener);
    },
  };
}

/** @typedef {ReturnType<typeof createSender>} Sender */
