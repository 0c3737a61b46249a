// The types of the traits that Python and the browser share. Python's side is in wan_widgets/widgets/.

/** @typedef {{ field: string, text: string }} Problem */

/** @typedef {"image" | "video" | "audio"} Kind */

/** A reference: an address or a path, alone or with its kind. @typedef {string | { kind: Kind, source: string }} Reference */

/**
 * What a clip will cost, or why that is not known; `kind` says which of these. The other fields belong to a price, but
 * `why` belongs to a price table that cannot be read. Amounts are decimal numbers as text.
 * @typedef {{
 *   kind?: "simulated" | "price" | "unreadable" | "own" | "unpublished" | "unknown",
 *   amount?: string,
 *   currency?: string,
 *   seconds?: string,
 *   per_second?: string,
 *   source?: string,
 *   date?: string,
 *   at_most?: boolean,
 *   why?: string,
 * }} Quote
 */

/**
 * What is left of a budget: for each limit that it has, what is left and the limit itself. `short`: it does not cover
 * this clip. Money has its currency.
 * @typedef {{
 *   per: "notebook" | "day" | "ledger",
 *   short: boolean,
 *   clips?: [number, number],
 *   seconds?: [string, string],
 *   money?: [string, string, string],
 * }} BudgetLeft
 */

/**
 * What the service can do in one mode. `family` is the listed model that the chosen model means. It is empty if the
 * chosen model does not have the mode; the offer is then that of the usual model.
 * @typedef {{
 *   family: string,
 *   sizes: Record<string, Record<string, [number, number]>>,
 *   durations: number[],
 *   durations_with_video: number[],
 *   durations_why: string,
 *   shape_follows_image: boolean,
 *   audio: "always" | "optional" | "never",
 *   guide_audio: boolean,
 *   shot_types: string[],
 *   prompt_required: boolean,
 *   prompt_limit: number | null,
 *   negative_prompt_limit: number | null,
 *   has_seed: boolean,
 *   prompt_extend: boolean,
 *   watermark: boolean,
 *   max_references: number,
 *   max_images: number | null,
 *   max_videos: number | null,
 *   needs_kinds: boolean,
 *   counts_by_kind: boolean,
 *   mixing_note: string,
 *   files: Partial<Record<Kind, { types: string[], max_bytes: number }>>,
 * }} Offer
 */

/**
 * The service in use. `key` says where its key came from: the name of a variable, "api_key=", or nothing. `elsewhere`
 * says that the address is not one of the service's own.
 * @typedef {{
 *   name: string,
 *   title: string,
 *   simulated: boolean,
 *   region: string,
 *   base_url: string,
 *   elsewhere: boolean,
 *   key: string,
 *   needs_key: boolean,
 *   trouble: string,
 *   models: Record<string, string[]>,
 * }} Service
 */

/**
 * A service that can be chosen. `key` is the name of the variable that has a key for it now; empty if there is none.
 * @typedef {{
 *   name: string,
 *   title: string,
 *   simulated: boolean,
 *   regions: Record<string, string>,
 *   region: string,
 *   base_url: string,
 *   needs_key: boolean,
 *   variables: string[],
 *   key: string,
 * }} Choice
 */

/**
 * The traits of a VideoForm.
 * @typedef {{
 *   mode: string,
 *   model: string,
 *   like: string,
 *   prompt: string,
 *   negative_prompt: string,
 *   image: string,
 *   references: Reference[],
 *   guide_audio: string,
 *   resolution: string,
 *   aspect_ratio: string,
 *   duration: number,
 *   seed: number | null,
 *   prompt_extend: boolean,
 *   audio: boolean,
 *   shot_type: string,
 *   watermark: boolean,
 *   extra: Record<string, any>,
 *   _service: Service,
 *   _services: Choice[],
 *   _offers: Record<string, Offer>,
 *   _kinds: string[],
 *   _problems: Problem[],
 *   _remark: string,
 *   _quote: Quote,
 *   _budgets: BudgetLeft[],
 *   _anchor: string,
 *   _recorded: number,
 *   _unkept: number,
 *   _front: string,
 * }} FormTraits
 */

/**
 * One job, as a card shows it. Times are Unix times in seconds.
 * @typedef {{
 *   key: string,
 *   turn: number,
 *   phase: string,
 *   progress: number | null,
 *   estimate: { low: number, likely: number, high: number, is_late: boolean } | null,
 *   upload: { name: string, sent: number, size: number, number: number, count: number } | null,
 *   queue: { ahead: number, service: string, limit: number | null } | null,
 *   begun: number,
 *   earlier: boolean,
 *   ended: number | null,
 *   task_id: string,
 *   prompt: string,
 *   facts: string[],
 *   pictures: { is_first_frame: boolean, name: string, kind: string, url: string, is_file: boolean }[],
 *   check: string,
 *   elsewhere: string,
 *   ratio: [number, number] | null,
 *   message: string,
 *   billing: string,
 *   detail: string,
 *   note: string,
 *   expires: number | null,
 *   order: string,
 *   can_cancel: boolean,
 *   stop_note: string,
 *   own: boolean,
 *   cancelling: boolean,
 *   place: string,
 *   clip: { name: string, path: string, size: number, has_audio: boolean } | null,
 *   can_save: boolean,
 *   can_edit: boolean,
 *   again: string[],
 *   code: string,
 * }} Card
 */

/** @typedef {{ _cards: Card[], _number: number, _anchor: string, _recorded: number, _unkept: number, _front: string, _finished: number }} TaskTraits */
/** @typedef {{ _cards: Card[], _number: number, _form: string, _older: number | null, _anchor: string, _recorded: number, _unkept: number, _front: string, _finished: number }} StudioTraits */

/** A cell of a sweep. `seconds` is the length of its clip, `odd` what a check found. @typedef {Pick<Card, "key" | "phase" | "progress" | "estimate" | "message" | "billing"> & { seconds: number | null, odd: string }} Tile */

/** The words for a step of an axis: before its value, the value, after it. @typedef {[string, string, string]} StepLabel */

/**
 * What a sweep says once. A cell's key is the sum of its group's `first`, and of its row and its column times their steps.
 * @typedef {{
 *   title: string,
 *   services: string[],
 *   prompt: string,
 *   facts: string[],
 *   ratio: [number, number] | null,
 *   baseline: number[],
 *   groups: { label: string, first: number }[],
 *   rows: StepLabel[],
 *   columns: StepLabel[],
 *   row_step: number,
 *   column_step: number,
 * }} SweepHead
 */

/**
 * How far a sweep is. `figures` are its plan, `actions` its buttons, `ended` counts the cells that have ended.
 * `remark` is about other sweeps.
 * @typedef {{
 *   figures: { name: string, value: string, note: string, title: string, short: boolean }[],
 *   trouble: string,
 *   stopped: string,
 *   remark: string,
 *   state: "still" | "running" | "paused",
 *   actions: { kind: string, label: string, price: string }[],
 *   said: string,
 *   ended: number,
 *   left: Card["estimate"],
 *   turn: number,
 * }} SweepWhole
 */

/** @typedef {{ _cards: Card[], _number: number, _tiles: Tile[], _tiles_number: number, _head: SweepHead, _whole: SweepWhole, _anchor: string, _recorded: number, _unkept: number, _front: string, _finished: number }} SweepTraits */

/** The traits of a Gallery. @typedef {{
 *   where: string,
 *   search: string,
 *   status: string | null,
 *   provider: string | null,
 *   model: string | null,
 *   mode: string | null,
 *   starred: boolean,
 *   tag: string | null,
 *   deleted: boolean,
 *   sort: string,
 *   _list: GalleryList,
 *   _chosen: string[],
 *   _can_fill: boolean,
 *   _anchor: string,
 *   _recorded: number,
 *   _unkept: number,
 *   _front: string,
 * }} GalleryTraits
 */

/**
 * What is known of all orders of a gallery together. `fresh`: how many came since. `choices` has, by the name of a
 * filter, what it can be set to, and how many orders have it. `services` has the names of the services among it.
 * @typedef {{
 *   number: number,
 *   total: number,
 *   fresh: number,
 *   trouble: string,
 *   choices: Record<string, Record<string, number>>,
 *   services: Record<string, string>,
 * }} GalleryList
 */

/**
 * An order in a gallery. `ordered` is a Unix time.
 * @typedef {{
 *   id: string,
 *   task_id: string,
 *   status: string,
 *   prompt: string,
 *   mode: string,
 *   model: string,
 *   seed: string | null,
 *   service: string,
 *   ratio: [number, number] | null,
 *   seconds: number,
 *   has_audio: boolean,
 *   price: [string, string] | null,
 *   ordered: number | null,
 *   path: string,
 *   odd: string,
 *   error: string,
 *   star: boolean,
 *   rating: number | null,
 *   note: string,
 *   tags: string[],
 *   deleted: boolean,
 * }} GalleryItem
 */

/** The words of the interface by key; those with a plural have a form for each category of CLDR. @typedef {Record<string, string | Record<string, string>>} Labels */

/** @typedef {(key: string, values?: Record<string, string | number>) => string} Say  A label by its key; see words.js. */

export {};
