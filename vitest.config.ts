import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import react from '@vitejs/plugin-react';
import { playwright } from '@vitest/browser-playwright';
import { chromium } from 'playwright';
import { defineConfig } from 'vitest/config';

const alias = { '@shared': resolve(import.meta.dirname, 'src-shared') };
/** Against a hang only, so long that a busy machine does not reach it: no test measures time. */
const patience = { testTimeout: 60_000, expect: { poll: { timeout: 20_000 } } };
/**
 * Files of tests follow each other in one process, with the modules that others have taken in already: half of the time went into that.
 * What such files share may have no `afterEach` of its own: it would be one of the first file alone.
 */
const together = { isolate: false, setupFiles: ['tests/helpers/own-environment.ts'] };
const project = (name: string, extra: object = {}) => ({
  resolve: { alias },
  test: { name, include: [`tests/${name}/**/*.test.{ts,tsx}`], environment: 'node', pool: 'forks' as const, ...patience, ...extra },
});

/** The machine's Chromium, else the one that `npx playwright install chromium` fetches; the components' tests are left out without. */
const browserProgram = [process.env['COLDAISLE_CHROMIUM'] ?? '/usr/bin/chromium', chromium.executablePath()].find(existsSync);
if (browserProgram === undefined) process.stderr.write('There is no Chromium: the tests of components by themselves are left out.\n');
/** Components by themselves, in a real browser. */
const browser = (executablePath: string) => ({
  plugins: [react()],
  resolve: { alias, dedupe: ['react', 'react-dom'] },
  // Known before the first test: one found later would come with a React of its own.
  optimizeDeps: {
    include: [
      ...['react', 'react/jsx-dev-runtime', 'react-dom', 'react-dom/client', 'vitest-browser-react'],
      ...['@base-ui/react/dialog', '@base-ui/react/select', '@base-ui/react/toast', 'i18next', 'react-i18next', 'temporal-polyfill', 'zod'],
    ],
  },
  test: {
    name: 'browser',
    include: ['tests/browser/**/*.test.tsx'],
    ...patience,
    browser: {
      enabled: true,
      headless: true,
      screenshotFailures: false,
      // As in the tests that open the page in it: its own sandbox does not start for root or in a container.
      provider: playwright({ launchOptions: { executablePath, args: ['--no-sandbox'] } }),
      instances: [{ browser: 'chromium' as const }],
    },
  },
});

export default defineConfig({
  test: {
    // Two at least: most of these files wait for processes and timers, and leave half of a core idle.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    projects: [
      project('unit', together),
      project('migrations'),
      // One more try, told in the report: real processes and windows share two cores here, and now and then one starves.
      project('integration', { testTimeout: 90_000, hookTimeout: 120_000, retry: 1, exclude: ['tests/integration/store/**'] }),
      // What is stored does not starve: there, a second try would hide the history that found a fault.
      project('store', { include: ['tests/integration/store/**/*.test.ts'], testTimeout: 90_000, hookTimeout: 120_000 }),
      // One Electron at a time: two windows on two cores starve each other.
      project('e2e', { testTimeout: 180_000, hookTimeout: 180_000, fileParallelism: false, retry: 1 }),
      ...(browserProgram === undefined ? [] : [browser(browserProgram)]),
    ],
  },
});
