// The part of the code that only notebooks with a gallery have, as loader.js asks for it.

export { default as gallery } from "./gallery.js";
