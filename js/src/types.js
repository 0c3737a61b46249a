// What Python and the browser say to each other. Python's side: wan_widgets/widgets/{form,cards,transfer}.py.

/** @typedef {{ field: string, text: string }} Problem */

/**
 * What the service can do in one mode.
 * @typedef {{
 *   sizes: Record<string, Record<string, [number, number]>>,
 *   durations: number[],
 *   shape_follows_image: boolean,
 *   audio: "always" | "optional" | "never",
 *   shot_types: string[],
 *   prompt_limit: number,
 *   negative_prompt_limit: number,
 *   max_references: number,
 * }} Offer
 */

/** @typedef {{ title: string, simulated: boolean }} Service */

/**
 * The traits of a VideoForm.
 * @typedef {{
 *   mode: string,
 *   model: string,
 *   prompt: string,
 *   negative_prompt: string,
 *   image: string,
 *   references: string[],
 *   resolution: string,
 *   aspect_ratio: string,
 *   duration: number,
 *   seed: number | null,
 *   prompt_extend: boolean,
 *   audio: boolean,
 *   shot_type: string,
 *   watermark: boolean,
 *   _labels: Record<string, string>,
 *   _service: Service,
 *   _offers: Record<string, Offer>,
 *   _problems: Problem[],
 * }} FormTraits
 */

/**
 * One generation, as a card shows it. Times are Unix times in seconds.
 * @typedef {{
 *   key: string,
 *   phase: string,
 *   progress: number | null,
 *   begun: number,
 *   ended: number | null,
 *   sent: number,
 *   task_id: string,
 *   prompt: string,
 *   facts: string[],
 *   ratio: [number, number] | null,
 *   message: string,
 *   billing: string,
 *   detail: string,
 *   note: string,
 *   can_cancel: boolean,
 *   cancelling: boolean,
 *   place: string,
 *   clip: { name: string, path: string, size: number, has_audio: boolean } | null,
 *   values: Record<string, any> | null,
 *   code: string,
 * }} Card
 */

/** @typedef {{ _labels: Record<string, string>, _cards: Card[] }} TaskTraits */
/** @typedef {{ _labels: Record<string, string>, _cards: Card[], _form: string }} StudioTraits */

/** @typedef {(key: string) => string} Say  A label by its key. */

export {};
