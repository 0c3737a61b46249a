// What the foot of the form says of money: the quote with its reasons, and nothing where nothing is published.

import { h, setText } from "./dom.js";

/** An amount with its currency's sign. */
function amount(/** @type {string} */ number, /** @type {string} */ currency) {
  const style = /** @type {const} */ ({ style: "currency", currency, currencyDisplay: "narrowSymbol" });
  try {
    const parts = new Intl.NumberFormat("en", style).formatToParts(0);
    return `${parts.find((part) => part.type === "currency")?.value ?? `${currency} `}${number}`;
  } catch {
    return `${number} ${currency}`; // a currency that the browser does not know
  }
}

/** @param {import("./types.js").Say} say */
export function priceLine(say) {
  const price = h("strong");
  const source = h("span");
  const link = h("a", { target: "_blank", rel: "noreferrer noopener" });
  const own = h("span");
  const node = h("div", { class: "ww-cost" }, price, h("span", {}, source, link, own));
  const showQuote = (/** @type {import("./types.js").Quote} */ quote) => {
    const total = amount(quote.amount ?? "", quote.currency ?? "");
    setText(price, quote.at_most ? say("price.at_most", { amount: total }) : total);
    const rate = amount(quote.per_second ?? "", quote.currency ?? "");
    setText(source, `${say("price.rate", { seconds: quote.seconds ?? "", amount: rate })} · `);
    const isWeb = /^https?:/.test(quote.source ?? "");
    link.hidden = !isWeb;
    own.hidden = isWeb;
    if (isWeb) Object.assign(link, { href: quote.source, title: quote.source });
    setText(isWeb ? link : own, isWeb ? say("price.list", { date: quote.date ?? "" }) : `${quote.source}, ${quote.date}`);
  };
  return {
    node,
    /** @param {import("./types.js").Service} service @param {import("./types.js").Quote} quote */
    update(service, quote) {
      link.hidden = own.hidden = true;
      if (quote.free) {
        setText(price, say("price.free"));
        setText(source, say("price.simulated"));
      } else if (quote.amount) {
        showQuote(quote);
      } else if (service.needs_key || quote.why) {
        setText(price, say("price.unknown"));
        setText(source, quote.why ?? `${service.title} · ${say("price.console")}`);
      } else {
        setText(price, say("price.own"));
        setText(source, [service.base_url, service.silent ? say("service.silent") : ""].filter(Boolean).join(" · "));
      }
    },
  };
}
