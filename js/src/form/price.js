// The price at the foot of the form: the quote with its figures, or why there is none; and what is left of the budgets.

import { h, setText } from "../shared/dom.js";
import { money as written } from "../shared/words.js";

/** @param {import("../shared/types.js").Say} say */
export function priceLine(say) {
  const price = h("strong");
  const source = h("span");
  const link = h("a", { target: "_blank", rel: "noreferrer noopener" });
  const own = h("span");
  const budgets = h("div", { class: "ww-budgets" });
  const node = h("div", { class: "ww-cost" }, price, h("span", {}, source, link, own), budgets);
  const showQuote = (/** @type {import("../shared/types.js").Quote} */ quote) => {
    const total = written(say, quote.amount ?? "", quote.currency ?? "");
    setText(price, quote.at_most ? say("price.at_most", { amount: total }) : total);
    const rate = written(say, quote.per_second ?? "", quote.currency ?? "");
    setText(source, `${say("price.rate", { seconds: Number(quote.seconds), amount: rate })} · `);
    const isWeb = /^https?:/.test(quote.source ?? "");
    link.hidden = !isWeb;
    own.hidden = isWeb;
    if (isWeb) Object.assign(link, { href: quote.source, title: quote.source });
    const [name, date] = [quote.source ?? "", quote.date ?? ""];
    setText(isWeb ? link : own, isWeb ? say("price.list", { date }) : say("price.own_list", { source: name, date }));
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
    /** @param {import("../shared/types.js").BudgetLeft[]} left */
    showBudgets(left) {
      const lines = left.map((budget) => h("span", { class: budget.short ? "ww-short" : "" }, budgetLine(budget, say)));
      budgets.replaceChildren(...lines);
    },
  };
}

/** @param {import("../shared/types.js").BudgetLeft} budget @param {import("../shared/types.js").Say} say */
function budgetLine({ per, clips, seconds, money }, say) {
  const parts = [];
  if (clips) parts.push(say("budget.clips", { left: clips[0], count: clips[1] }));
  if (seconds) parts.push(say("budget.seconds", { left: Number(seconds[0]), limit: Number(seconds[1]) }));
  if (money) {
    const [left, limit, currency] = money;
    parts.push(say("budget.money", { left: written(say, left, currency), limit: written(say, limit, currency) }));
  }
  return say(`budget.${per}`, { left: parts.join("\u00a0· ") });
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
      return [say("price.own"), service.base_url, ""];
    case "unpublished":
      return [say("price.unpublished"), service.title, say("price.console")];
    default:
      return [say("price.unknown"), quote.why ?? service.title];
  }
}
