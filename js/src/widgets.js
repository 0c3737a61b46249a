// All widgets of the package, by the names under which loader.js asks for them, and what parts of their own take.

export { default as form } from "./form.js";
export * from "./given.js";
export { default as studio } from "./studio.js";
export { default as task } from "./task.js";
