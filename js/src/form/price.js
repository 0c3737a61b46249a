// The price at the foot of the form: the quote with its figures, or why there is none.

import { h, setText } from "../shared/dom.js";

/** An amount with its currency's sign. */
function amount(/** @type {string} */ number, /** @type {string} */ currency) {
  const style = /** @type {const} */ ({ style: "currency", currency, currencyDisplay: "narrowSymbol" });
  try {
    const parts = new Intl.NumberFormat("en", style).formatToParts(0);
    return `${parts.find((part) => part.type === "currency")?.value ?? `${currency} `}${number}`;
  } catch {
    return `${number} ${currency}`; // the browser does not know the currency
  }
}

/** @param {import("../shared/types.js").Say} say */
export function priceLine(say) {
  const price = h("strong");
  const source = h("span");
  const link = h("a", { target: "_blank", rel: "noreferrer noopener" });
  const own = h("span");
  const node = h("div", { class: "ww-cost" }, price, h("span", {}, source, link, own));
  const showQuote = (/** @type {import("../shared/types.js").Quote} */ quote) => {
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
    /** @param {import("../shared/types.js").Service} service @param {import("../shared/types.js").Quote} quote */
    update(service, quote) {
      link.hidden = own.hidden = true;
      if (quote.kind === "price") return showQuote(quote);
      const [title, ...reasons] = unpriced(service, quote, say);
      setText(price, title ?? "");
      setText(source, reasons.filter(Boolean).join(" · "));
    },
  };
}

/**
 * The texts in place of a price: a title, then the reasons.
 * @param {import("../shared/types.js").Service} service @param {import("../shared/types.js").Quote} quote
 * @param {import("../shared/types.js").Say} say
 */
function unpriced(service, quote, say) {
  switch (quote.kind) {
    case "simulated":
      return [say("price.free"), say("price.simulated")];
    case "own":
      return [say("price.own"), service.base_url, service.silent ? say("service.silent") : ""];
    case "unpublished":
      return [say("price.unpublished"), service.title, say("price.console")];
    default:
      return [say("price.unknown"), quote.why ?? service.title];
  }
}
