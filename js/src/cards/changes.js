// The changes of the cards. The kernel sends what differs, { kind: "cards", number, now, cards }, and they are put into
// the trait `_cards` here, so that views that are opened later have them too. If one was missed, all cards are asked for.
// The tiles of a sweep change in the same way.

/** @typedef {import("../shared/types.js").Card} Card */
/** @typedef {ReturnType<typeof followChanges>} Changes */

/**
 * @param {import("@anywidget/types").AnyModel<any>} model  from `initialize`
 * @param {string} kind  of the messages; the trait has this name @param {string} count  the trait that counts them
 */
export function followChanges(model, kind = "cards", count = "_number") {
  let number = model.get(count) ?? 0;
  let isAsking = false;
  let skew = 0; // this machine's clock minus the kernel's, in seconds

  model.on(`change:${count}`, () => {
    number = model.get(count);
    isAsking = false;
  });
  model.on("msg:custom", (/** @type {any} */ message) => {
    if (message.kind !== kind || message.number <= number) return;
    // A change has just left the kernel, so it tells the difference of the clocks.
    skew = Date.now() / 1000 - message.now;
    if (Math.abs(skew) < 2) skew = 0;
    if (message.number > number + 1) {
      if (!isAsking) model.send({ kind });
      isAsking = true;
      return;
    }
    const cards = changed(model.get(`_${kind}`), message[kind]);
    model.set(count, message.number);
    model.set(`_${kind}`, cards);
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
