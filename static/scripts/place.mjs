/** Packs what was built and puts it in place of what is served, in one step: a running server never finds it half done. */
import { existsSync, readFileSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { constants, gzipSync } from "node:zlib";

const root = resolve(dirname(fileURLToPath(import.meta.url)), "..");
const [made, served, before] = ["dist.new", "dist", "dist.old"].map((name) => join(root, name));
const least = 1024;

for (const name of readdirSync(made, { recursive: true })) {
  const path = join(made, name);
  if (/\.(js|css|svg|json|html)$/.test(path) && statSync(path).size > least)
    writeFileSync(`${path}.gz`, gzipSync(readFileSync(path), { level: constants.Z_BEST_COMPRESSION }));
}
rmSync(before, { recursive: true, force: true });
if (existsSync(served)) renameSync(served, before);
renameSync(made, served);
rmSync(before, { recursive: true, force: true });
