// The part of the code that only notebooks with a sweep have, as loader.js asks for it.

export { default as sweep } from "./sweep.js";
