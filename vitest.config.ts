import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import { defineConfig } from 'vitest/config';

const alias = { '@shared': resolve(import.meta.dirname, 'src-shared') };
/** Against a hang only, so long that a busy machine does not reach it: no test measures time. */
const patience = { testTimeout: 60_000, expect: { poll: { timeout: 20_000 } } };
const project = (name: string, extra: object = {}) => ({
  resolve: { alias },
  test: { name, include: [`tests/${name}/**/*.test.{ts,tsx}`], environment: 'node', pool: 'forks' as const, ...patience, ...extra },
});

export default defineConfig({
  test: {
    // Two at least: most of these files wait for processes and timers, and leave half of a core idle.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    projects: [
      project('unit'),
      project('migrations'),
      // One more try, told in the report: real processes and windows share two cores here, and now and then one starves.
      project('integration', { testTimeout: 90_000, hookTimeout: 120_000, retry: 1 }),
      // One Electron at a time: two windows on two cores starve each other.
      project('e2e', { testTimeout: 180_000, hookTimeout: 180_000, fileParallelism: false, retry: 1 }),
    ],
  },
});
