/** What jsdom lacks and antd asks for, and the texts, before every test file. */
import "../src/kernel/i18n";
import { start } from "../src/kernel/i18n";

const blank = () => undefined;
window.matchMedia ??= ((query: string) => ({
  matches: false, media: query, onchange: null, addListener: blank, removeListener: blank,
  addEventListener: blank, removeEventListener: blank, dispatchEvent: () => false,
})) as unknown as typeof window.matchMedia;
globalThis.ResizeObserver ??= class {
  observe() {}
  unobserve() {}
  disconnect() {}
} as unknown as typeof ResizeObserver;

await start("zh-CN");
