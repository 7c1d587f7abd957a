import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { repoRoot } from '../helpers/repo-root';
import { readBundle, type Chunk } from '../helpers/window-bundle';
import type { Row } from './figures';

const KIB = 1024;

const sizeRow = (name: string, chunks: readonly Chunk[], whole: number): Row => {
  const raw = chunks.reduce((sum, chunk) => sum + chunk.bytes, 0);
  const zipped = chunks.reduce((sum, chunk) => sum + chunk.gzipBytes, 0);
  return {
    name,
    value: raw / KIB,
    unit: 'KiB',
    ratio: { value: raw / whole, against: `the window's scripts and styles; ${(zipped / KIB).toFixed(0)} KiB by gzip` },
  };
};

/** What the built window is made of: what a start fetches, what each page adds to it, and the chunks that are large. */
export function run(): Promise<{ rows: Row[] }> {
  const folder = join(repoRoot, 'out', 'renderer');
  if (!existsSync(folder)) throw new Error('it needs a built product: npm run bench');
  const { chunks, start, pages } = readBundle(folder);
  const whole = [...chunks.values()].reduce((sum, chunk) => sum + chunk.bytes, 0);
  const large = [...chunks.values()].filter(({ bytes }) => bytes >= 50 * KIB).sort((a, b) => b.bytes - a.bytes);
  return Promise.resolve({
    rows: [
      sizeRow('all scripts and styles', [...chunks.values()], whole),
      sizeRow('before the first page: what a start fetches', start, whole),
      ...pages.map(({ name, own }) => sizeRow(`${name} adds`, own, whole)),
      ...large.map((chunk) => sizeRow(`chunk ${chunk.name}`, [chunk], whole)),
    ],
  });
}
