// The words of the interface, and numbers as a language writes them. Python sends all words: see docs/words.md.

/** @typedef {import("./types.js").Say} Say */
/** @typedef {import("./types.js").Labels} Labels */

// The catalogue has a blank around a name, because one stands between Chinese and Latin letters; not between two Chinese ones.
const CHINESE = "[\\u3000-\\u303f\\u4e00-\\u9fff\\uff00-\\uffef]";
const GAP = new RegExp(`(?<=${CHINESE})(\0 \0?| \0)(?=${CHINESE})`, "g");

/**
 * A function that returns the label with a key, and fills in names in {braces}: say("file.large", { limit: "10 MB" }).
 * A label with a plural has the form for the number `count`.
 * @param {() => Labels} labels
 * @returns {Say}
 */
export function speaker(labels) {
  return (key, values = {}) => {
    const { [key]: label = key, language } = labels();
    const form = typeof label === "string" ? label : label[new Intl.PluralRules(String(language)).select(Number(values.count))];
    const written = (/** @type {string | number} */ value) => (typeof value === "number" ? number(value, String(language)) : value);
    const said = (form ?? key).replace(/\{(\w+)\}/g, (whole, name) => `\0${written(values[name] ?? whole)}\0`);
    return (language === "zh" ? said.replace(GAP, "") : said).replaceAll("\0", "");
  };
}

/** Sentences after each other. Chinese has no blank after its own full stop, but after that of an English text. */
export function joined(/** @type {Say} */ say, /** @type {(string | null | undefined | false)[]} */ ...sentences) {
  const told = sentences.filter((each) => typeof each === "string" && each !== "");
  const gap = (/** @type {string} */ before) => (say("language") === "zh" && !/[\x00-\x7f]$/.test(before) ? "" : " ");
  return told.reduce((before, each) => (before ? `${before}${gap(String(before))}${each}` : each), "") || "";
}

/** Names after each other. */
export const series = (/** @type {Say} */ say, /** @type {string[]} */ names) =>
  names.join(say("language") === "zh" ? "、" : ", ");

/** Names of which one is enough. In Chinese a blank stands beside Latin letters, which the browser does not know. */
export function either(/** @type {Say} */ say, /** @type {string[]} */ names) {
  const listed = new Intl.ListFormat(say("language"), { type: "disjunction" }).format(names);
  return say("language") === "zh" ? listed.replace(/(?<=[!-~])(?=或)|(?<=或)(?=[!-~])/g, " ") : listed;
}

/** @param {number} value @param {string} language @param {Intl.NumberFormatOptions} [options] */
const number = (value, language, options) => new Intl.NumberFormat(language, options).format(value);

/** A number of bytes in megabytes, with the unit. */
export function megabytes(/** @type {Say} */ say, /** @type {number} */ bytes, fixed = false) {
  const [most, least] = [fixed || bytes < 1e7 ? 1 : 0, fixed ? 1 : 0];
  const unit = /** @type {const} */ ({ style: "unit", unit: "megabyte", maximumFractionDigits: most, minimumFractionDigits: least });
  return number(bytes / 1e6, say("language"), unit);
}

/** How much of a file has arrived: `1.2 / 3.4 MB`. */
export function share(/** @type {Say} */ say, /** @type {number} */ done, /** @type {number} */ all) {
  const one = { maximumFractionDigits: 1, minimumFractionDigits: 1 };
  return `${number(done / 1e6, say("language"), one)} / ${megabytes(say, all, true)}`;
}

/** Seconds as m:ss. */
export function clockText(/** @type {number} */ seconds) {
  const whole = Math.max(0, Math.floor(seconds));
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}

/** An amount of money with its currency's sign, as Python writes it, with as many digits as it has. */
export function money(/** @type {Say} */ say, /** @type {string} */ amount, /** @type {string} */ currency) {
  const digits = amount.split(".")[1]?.length ?? 0;
  const options = { currency, minimumFractionDigits: digits, maximumFractionDigits: digits };
  try {
    return number(Number(amount), say("language"), { ...options, style: "currency" });
  } catch {
    return `${amount} ${currency}`; // the browser does not know the currency
  }
}

/** A Unix time as the date and the time of day. */
export function moment(/** @type {Say} */ say, /** @type {number} */ seconds) {
  const date = new Date(seconds * 1000);
  const year = date.getFullYear() === new Date().getFullYear() ? undefined : /** @type {const} */ ("numeric");
  return date.toLocaleString(say("language"), { year, day: "numeric", month: "short", hour: "numeric", minute: "2-digit" });
}
