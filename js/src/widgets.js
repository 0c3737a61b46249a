// All widgets of the package, by the names under which loader.js asks for them.

export { default as form } from "./form.js";
export { default as studio } from "./studio.js";
export { default as task } from "./task.js";
