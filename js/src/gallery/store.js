// What the browser knows of the orders: which one is at which place of the list, and what each one is. It comes from the
// kernel in pages, as { kind: "items", number, start, items }, when it is near the screen. All views of a model share it.

import { onEnd } from "../shared/dom.js";

/** @typedef {import("../shared/types.js").GalleryItem} Item */
/** @typedef {ReturnType<typeof createStore>} Store */

const PAGE = 60; // items

/** @param {import("@anywidget/types").AnyModel<any>} model  the one that `initialize` gets */
export function createStore(model) {
  /** @type {Map<string, Item>} */
  const items = new Map();
  /** @type {string[]} */
  let order = []; // ids by their place; what has not come yet is a hole
  /** @type {string[]} */
  let former = []; // the list before this one, which is shown until this one comes
  let number = -1;
  /** @type {Set<number>} */
  const pending = new Set(); // pages
  /** @type {Set<() => void>} */
  const listeners = new Set();
  const tell = () => listeners.forEach((listener) => listener());

  const renew = () => {
    const list = model.get("_list") ?? {};
    if (list.number !== undefined && list.number !== number) {
      if (order.length > 0) former = order;
      order = [];
      number = list.number;
      pending.clear();
    }
    tell();
  };
  const take = (/** @type {Item[]} */ news) => news.forEach((item) => items.set(item.id, { ...items.get(item.id), ...item }));
  const close = (/** @type {{ ids: string[], number: number }} */ message) => {
    const places = message.ids.map((id) => order.indexOf(id));
    number = message.number;
    pending.clear();
    former = [];
    if (places.includes(-1)) order = []; // the items behind it have other places now
    else for (const place of places.sort((one, other) => other - one)) order.splice(place, 1);
  };
  model.on("change:_list", renew);
  model.on("msg:custom", (/** @type {any} */ message) => {
    if (message.kind === "items" && message.number === number) {
      pending.delete(Math.floor(message.start / PAGE));
      take(message.items);
      message.items.forEach((/** @type {Item} */ item, /** @type {number} */ place) => {
        order[message.start + place] = item.id;
      });
    } else if (message.kind === "changed") take(message.items);
    else if (message.kind === "gone") close(message);
    else return;
    tell();
  });
  renew();

  const total = () => Number(model.get("_list")?.total ?? 0);
  return {
    total,
    /** @returns {import("../shared/types.js").GalleryList | null}  `null` until it is known */
    list: () => (number < 0 ? null : model.get("_list")),
    item: (/** @type {string} */ id) => items.get(id),
    at: (/** @type {number} */ place) => items.get(order[place] ?? former[place] ?? ""),
    place: (/** @type {string} */ id) => order.indexOf(id),
    /** Ask for what has not come yet of these places, and of the page behind them. */
    need(/** @type {number} */ first, /** @type {number} */ last) {
      const end = Math.min(total(), last + PAGE / 2);
      for (let page = Math.floor(first / PAGE); page * PAGE < end; page += 1) {
        const until = Math.min(total(), (page + 1) * PAGE);
        let place = page * PAGE;
        while (place < until && order[place] !== undefined) place += 1;
        if (place === until || pending.has(page)) continue;
        pending.add(page);
        model.send({ kind: "items", number, start: page * PAGE, count: PAGE });
      }
    },
    /** Change a mark of orders: here at once, and in the ledger. */
    mark(/** @type {string[]} */ ids, /** @type {Partial<Item>} */ change) {
      for (const id of ids) items.set(id, { .../** @type {Item} */ (items.get(id)), ...change });
      model.send({ kind: "mark", ids, ...change });
      tell();
    },
    listen(/** @type {() => void} */ listener, /** @type {AbortSignal} */ signal) {
      listeners.add(listener);
      onEnd(signal, () => listeners.delete(listener));
    },
  };
}
