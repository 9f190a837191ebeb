/** Refuses imports against the order of the rooms, long files, missing openings, trade words and text outside the i18n files. */
import { readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const root = resolve(dirname(fileURLToPath(import.meta.url)), "..");
const source = join(root, "src");
const storey = { kernel: 0, kit: 1, kinds: 2, designers: 3, runtime: 3, routes: 4 };
const longest = 400;
const trade = /customer|\bmembers?\b|coupon|loyalty|promotion|supermarket|cashier|会员|优惠券|导购|门店|促销/i;
const han = /[\u3400-\u9fff]/;
/** Texts that are loaded on pages where nothing is designed, and the rooms drawn there. */
const everywhere = textsOf((part) => !part || loadedBy("runtime", "kit").has(part));
const shownToAll = /^(runtime|kit[/](charts|inputs)|kinds[/](fields|charts|components))[/]/;

const found = [];
for (const path of walk(source)) check(path);
for (const folder of ["dev", "tests", "scripts"]) for (const path of walk(join(root, folder))) checkLength(path);
if (found.length) {
  console.error(found.join("\n"));
  process.exit(1);
}

/** The parts of the texts that files of these rooms load. */
function loadedBy(...rooms) {
  const parts = new Set();
  for (const room of rooms) for (const path of walk(join(source, room))) for (const [, part] of readFileSync(path, "utf8").matchAll(/await extend\("(\w+)"\)/g)) parts.add(part);
  return parts;
}

/** The keys of those parts of the texts that are asked for, plural forms by their stem. */
function textsOf(wanted) {
  const keys = new Set();
  const gather = (entry, path) => {
    if (typeof entry === "string") keys.add(path.replace(/_(one|other)$/, ""));
    else for (const [word, inner] of Object.entries(entry)) gather(inner, path ? `${path}.${word}` : word);
  };
  const folder = join(source, "kernel", "texts");
  for (const name of readdirSync(folder)) if (name.endsWith("zh-CN.json") && wanted(name.split(".").slice(0, -2).join("."))) gather(JSON.parse(readFileSync(join(folder, name), "utf8")), "");
  return keys;
}

function* walk(folder) {
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) yield* walk(path);
    else if (/\.(tsx?|css|mjs)$/.test(name)) yield path;
  }
}

function say(path, what) {
  found.push(`${relative(root, path)}: ${what}`);
}

function checkLength(path) {
  const text = readFileSync(path, "utf8");
  if (text.split("\n").length > longest && !path.includes("/generated/")) say(path, `longer than ${longest} lines`);
  if (!/^\/\*\*? \S/.test(text)) say(path, "does not open with a one-sentence comment");
  return text;
}

function check(path) {
  const text = checkLength(path);
  const [room, kind] = relative(source, path).split("/");
  if (!(room in storey)) return say(path, "stands in a folder nobody placed");
  const tested = /\.test\.tsx?$/.test(path);
  for (const [, from] of text.matchAll(/(?:from|import)\s*\(?\s*["'](\.[^"']*)["']/g)) {
    const target = relative(source, resolve(dirname(path), from)).split("/");
    const to = target[0];
    if (!(to in storey)) continue;
    if (storey[to] > storey[room]) say(path, `imports ${from}: ${room} may not know ${to}`);
    else if (storey[to] === storey[room] && to !== room) say(path, `imports ${from}: ${room} and ${to} are neighbours`);
    if (room === "kinds" && to === "kinds" && target[1] === kind && !tested && /\//.test(from.slice(2)) === false && !/index/.test(path) && !/index/.test(from))
      say(path, `imports ${from}: kinds never import one another`);
  }
  if (shownToAll.test(relative(source, path)) && !tested)
    for (const [, key] of text.matchAll(/\bt\("([a-z_]+\.[a-z_.]+)"/g)) if (!everywhere.has(key)) say(path, `says ${key}, which only designers load`);
  if (room === "kernel" && !tested && /from ["'](react|antd)["']/.test(text)) say(path, "kernel knows no React");
  text.split("\n").forEach((line, index) => {
    if (trade.test(line)) say(path, `line ${index + 1}: a word of some trade`);
    const code = line.replace(/\/\*.*?\*\/|\/\/.*$|^\s*\*.*$/g, "");
    if (!tested && han.test(code) && !/kernel\/expressions/.test(path)) say(path, `line ${index + 1}: text outside the i18n files`);
  });
}
