import { resolve } from 'node:path';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'electron-vite';

const alias = { '@shared': resolve(__dirname, 'src-shared') };
const input = (path: string): string => resolve(__dirname, path);

// The oldest runtimes the product runs on: Node 20, and the Chromium of Electron 33.
const OLDEST_NODE = 'node20';
const OLDEST_CHROME = 'chrome130';

// Every process of the product is one entry here: the desktop, the core's two hosts, its worker threads and the trainer.
export default defineConfig({
  main: {
    resolve: { alias },
    build: {
      outDir: 'out/main',
      target: OLDEST_NODE,
      sourcemap: true,
      rollupOptions: {
        input: {
          main: input('src-main/desktop/main.ts'),
          utility: input('src-main/hosts/utility.ts'),
          headless: input('src-main/hosts/headless.ts'),
          reader: input('src-main/core/store/reader-worker.ts'),
          selftest: input('src-main/core/selftest/worker.ts'),
          nvml: input('src-main/core/telemetry/collectors/nvml/worker.ts'),
          trainer: input('src-main/trainer/main.ts'),
        },
      },
    },
  },
  preload: {
    resolve: { alias },
    build: { outDir: 'out/preload', target: OLDEST_NODE, rollupOptions: { input: { preload: input('src-main/preload/preload.ts') } } },
  },
  renderer: {
    root: 'src-renderer',
    resolve: { alias },
    plugins: [react()],
    build: {
      outDir: resolve(__dirname, 'out/renderer'),
      target: OLDEST_CHROME,
      minify: true,
      chunkSizeWarningLimit: 2000,
      rollupOptions: { input: { index: input('src-renderer/index.html') } },
    },
  },
});
