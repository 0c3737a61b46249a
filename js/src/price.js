// What the foot of the form says of money: the facts of the service's own list, and nothing that it does not say.

import { h, setText } from "./dom.js";

/** @typedef {import("./types.js").Offer} Offer */

/** An amount as the list prints it, with its currency's sign. */
function amount(/** @type {string} */ number, /** @type {string} */ currency) {
  const style = /** @type {const} */ ({ style: "currency", currency, currencyDisplay: "narrowSymbol" });
  const parts = new Intl.NumberFormat("en", style).formatToParts(0);
  return `${parts.find((part) => part.type === "currency")?.value ?? `${currency} `}${number}`;
}

/** @param {import("./types.js").Say} say */
export function priceLine(say) {
  const price = h("strong");
  const source = h("span");
  const link = h("a", { target: "_blank", rel: "noreferrer noopener" });
  const node = h("div", { class: "ww-cost" }, price, h("span", {}, source, link));
  return {
    node,
    /** @param {import("./types.js").Service} service @param {Offer | undefined} offer @param {string} resolution @param {boolean} audio */
    update(service, offer, resolution, audio) {
      const list = offer?.price;
      const second = list?.per_second[resolution]?.[audio ? 1 : 0];
      link.hidden = !list || !second;
      if (service.simulated) {
        setText(price, say("price.free"));
        setText(source, say("price.simulated"));
      } else if (list && second) {
        setText(price, say("price.per_second", { amount: amount(second, list.currency) }));
        setText(source, `${service.title} · `);
        setText(link, say("price.list", { date: list.date }));
        Object.assign(link, { href: list.source, title: list.source });
      } else if (service.needs_key) {
        setText(price, say("price.unknown"));
        setText(source, `${service.title} · ${say("price.console")}`);
      } else {
        setText(price, say("price.own"));
        setText(source, service.base_url);
      }
    },
  };
}
