import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

/** Where `npx vite web` finds the server while the page is worked on. */
const server = process.env.RECALL_SERVER ?? 'http://localhost:2567';

export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  // Relative, so that the page may be served under any path.
  base: './',
  // msgpackr's usual build makes functions from text, which the page's content security policy forbids.
  resolve: { alias: { msgpackr: 'msgpackr/index-no-eval' } },
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: { outDir: '../dist/web', emptyOutDir: true, target: 'es2022', modulePreload: { polyfill: false } },
  server: {
    proxy: {
      '^/(auth|matchmake|rooms|users)/': server,
      '^/[\\w-]+/(room|lobby)[\\w-]*': { target: server, ws: true },
    },
  },
});
