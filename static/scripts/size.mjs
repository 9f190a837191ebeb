/** Says what the first page weighs: the entry, everything it imports at once, and the route of a record list. */
import { readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

const dist = join(resolve(dirname(fileURLToPath(import.meta.url)), ".."), "dist.new");
const manifest = JSON.parse(readFileSync(join(dist, ".vite/manifest.json"), "utf8"));
const limit = 460;
const seen = new Map();

function take(key) {
  const chunk = manifest[key];
  if (!chunk || seen.has(chunk.file)) return;
  for (const file of [chunk.file, ...(chunk.css ?? [])])
    seen.set(file, gzipSync(readFileSync(join(dist, file)), { level: 6 }).length);
  for (const next of chunk.imports ?? []) take(next);
}

for (const key of ["index.html", "src/runtime/view/ViewPage.tsx", "src/kernel/texts/zh-CN.json"]) take(key);
const total = [...seen.values()].reduce((sum, size) => sum + size, 0) / 1000;
for (const [file, size] of [...seen].sort((a, b) => b[1] - a[1])) if (size > 5000) console.log(`${(size / 1000).toFixed(1).padStart(8)} kB  ${file}`);
console.log(`${total.toFixed(1).padStart(8)} kB  gzip, a record list (limit ${limit})`);
if (total > limit) process.exit(1);
