/** The browser's back end of the expression language. */
export { default as catalogue } from "./catalogue.json";
export { evaluate } from "./evaluate";
export type { Context, Tree } from "./tree";
