// The changes of the cards. The kernel sends what differs, { kind: "cards", number, now, cards }, and they are put into
// the trait `_cards` here, so that views that are opened later have them too. If one was missed, all cards are asked for.

/** @typedef {import("../shared/types.js").Card} Card */
/** @typedef {ReturnType<typeof followChanges>} Changes */

/** @param {import("@anywidget/types").AnyModel<import("../shared/types.js").TaskTraits>} model  from `initialize` */
export function followChanges(model) {
  let number = model.get("_number") ?? 0;
  let isAsking = false;
  let skew = 0; // this machine's clock minus the kernel's, in seconds

  model.on("change:_number", () => {
    number = model.get("_number");
    isAsking = false;
  });
  model.on("msg:custom", (/** @type {any} */ message) => {
    if (message.kind !== "cards" || message.number <= number) return;
    // A change has just left the kernel, so it tells the difference of the clocks.
    skew = Date.now() / 1000 - message.now;
    if (Math.abs(skew) < 2) skew = 0;
    if (message.number > number + 1) {
      if (!isAsking) model.send({ kind: "cards" });
      isAsking = true;
      return;
    }
    const cards = changed(model.get("_cards"), message.cards);
    model.set("_number", message.number);
    model.set("_cards", cards);
  });
  return { clock: () => Date.now() / 1000 - skew };
}

/** @param {Card[]} cards @param {(Partial<Card> & { key: string })[]} parts  all of a new card, newest first */
function changed(cards, parts) {
  const rest = new Map(parts.map((part) => [part.key, part]));
  const known = cards.map((card) => {
    const part = rest.get(card.key);
    return rest.delete(card.key) ? { ...card, ...part } : card;
  });
  const fresh = /** @type {Card[]} */ ([...rest.values()]);
  return [...fresh, ...known].sort((one, other) => other.begun - one.begun);
}
