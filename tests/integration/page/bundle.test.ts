import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { repoRoot } from '../../helpers/repo-root';
import { readBundle, type Chunk } from '../../helpers/window-bundle';

/** What a start may fetch before the first page, and a page beyond it, bytes. It is read from the disk, so its parsing counts. */
const START_BYTES = 1_100_000;
const PAGE_BYTES = 400_000;

let bundle: ReturnType<typeof readBundle>;
beforeAll(() => {
  const folder = join(repoRoot, 'out', 'renderer');
  if (!existsSync(folder)) throw new Error('out/ is not built: run these tests through npm test');
  bundle = readBundle(folder);
});

const size = (chunks: readonly Chunk[]): number => chunks.reduce((sum, { bytes }) => sum + bytes, 0);
const holdsECharts = ({ text }: Chunk): boolean => text.includes('_echarts_instance_');

it('keeps ECharts in a chunk of its own, which neither the start nor any page waits for', () => {
  const { chunks, start, pages } = bundle;
  expect([...chunks.values()].filter(holdsECharts)).toHaveLength(1);
  expect(start.filter(holdsECharts)).toEqual([]);
  expect(pages.filter(({ own }) => own.some(holdsECharts)).map(({ name }) => name)).toEqual([]);
});

it('starts with no more than a start may fetch, and each page is a chunk of its own within its part', () => {
  const { start, pages } = bundle;
  expect(size(start)).toBeLessThan(START_BYTES);
  expect(pages.map(({ name }) => name).sort()).toEqual(
    ['Compare', 'Cooling', 'Data', 'Device', 'Doctor', 'Energy', 'History', 'Processes', 'Room', 'Run', 'Settings', 'Training'].map(
      (name) => `${name}Page`,
    ),
  );
  expect(pages.filter(({ own }) => size(own) > PAGE_BYTES)).toEqual([]);
});
