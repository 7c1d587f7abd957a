import { resolve } from 'node:path';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'electron-vite';

const alias = { '@shared': resolve(__dirname, 'src-shared') };
const input = (path: string): string => resolve(__dirname, path);

// Every process of the product is one entry here: the desktop, the core's two hosts, its worker threads and the trainer.
export default defineConfig({
  main: {
    resolve: { alias },
    build: {
      outDir: 'out/main',
      sourcemap: true,
      rollupOptions: {
        input: {
          main: input('src-main/desktop/main.ts'),
          utility: input('src-main/hosts/utility.ts'),
          headless: input('src-main/hosts/headless.ts'),
          reader: input('src-main/core/store/reader-worker.ts'),
          nvml: input('src-main/core/telemetry/collectors/nvml/worker.ts'),
          trainer: input('src-main/trainer/main.ts'),
        },
      },
    },
  },
  preload: {
    resolve: { alias },
    build: { outDir: 'out/preload', rollupOptions: { input: { preload: input('src-main/preload/preload.ts') } } },
  },
  renderer: {
    root: 'src-renderer',
    resolve: { alias },
    plugins: [react()],
    build: { outDir: resolve(__dirname, 'out/renderer'), rollupOptions: { input: { index: input('src-renderer/index.html') } } },
  },
});
