/** How the browser half is built, served while developing, and tested. */
import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";
import { fakeServer } from "./dev/plugin.ts";

const server = process.env["API"] ?? "http://127.0.0.1:8000";

export default defineConfig({
  plugins: [react(), ...(process.env["FAKE"] ? [fakeServer()] : [])],
  base: "/",
  define: { global: "globalThis" },
  build: {
    // Beside what is being served; scripts/place.mjs puts it there in one step.
    outDir: "dist.new",
    target: "es2022",
    manifest: true,
    chunkSizeWarningLimit: 2500,
    // What every page begins with comes as one file: a hundred small ones cost a phone more in round trips than in bytes.
    rolldownOptions: { output: { codeSplitting: { groups: [{ name: "first", tags: ["$initial"] }] } } },
    modulePreload: { polyfill: false },
  },
  server: { proxy: process.env["FAKE"] ? {} : { "/api": server, "/healthz": server } },
  preview: { proxy: process.env["FAKE"] ? {} : { "/api": server, "/healthz": server } },
  test: {
    environment: "jsdom",
    include: ["src/**/*.test.{ts,tsx}", "tests/**/*.test.{ts,tsx}"],
    setupFiles: ["tests/setup.ts"],
    testTimeout: 15000,
  },
});
