import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openForReading } from '../../../src-main/core/store/file/open';
import { databasePath } from '../../../src-main/core/store/writer';
import { runToEnd } from '../headless/support';

let dataDir = '';
beforeAll(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'coldaisle-manual-'));
});
afterAll(() => rmSync(dataDir, { recursive: true, force: true }));

const run = (...words: string[]) => runToEnd([...words, '--data', dataDir]);
const shownOf = (out: string): unknown => (JSON.parse(out) as { readings: { shown: number; used: number | null }[] }).readings;

/** What is booked of the meter. */
function kept(): { kwh: number; knownMs: number } {
  const db = openForReading(databasePath(dataDir));
  try {
    const sum = db
      .query<{ joules: number; knownMs: number }>('SELECT sum(amount) AS joules, sum(known_ms) AS knownMs FROM meter_energy WHERE flow = 0')
      .get();
    return { kwh: Number(((sum?.joules ?? 0) / 3.6e6).toFixed(6)), knownMs: Math.round(sum?.knownMs ?? 0) };
  } finally {
    db.close();
  }
}

it('takes a meter’s readings by the terminal: entered, put in between, corrected, taken back, and booked as they stand', async () => {
  const file = join(dataDir, 'grid.json');
  writeFileSync(file, JSON.stringify({ kind: 'manual', name: 'Grid', settings: { energyUnit: 'kWh' } }));
  expect(await run('feed', 'add', file)).toMatchObject({ code: 0, out: 'Added manual-1.\n' });
  const enter = (value: string, at: string, ...more: string[]) => run('feed', 'reading', 'manual-1', value, '--at', at, '--json', ...more);

  await enter('1000.5', '2026-10-01T00:00Z');
  await enter('1300.5', '2026-10-31T00:00Z');
  const third = await enter('1100.5', '2026-10-11T00:00Z');
  expect(third.code).toBe(0);
  expect(shownOf(third.out)).toMatchObject([
    { shown: 1300.5, used: 200 },
    { shown: 1100.5, used: 100 },
    { shown: 1000.5, used: null },
  ]);
  expect(kept()).toMatchObject({ kwh: 300, knownMs: 30 * 86_400_000 });

  const back = await enter('900', '2026-11-05T00:00Z');
  expect(back).toMatchObject({ code: 1, err: expect.stringContaining('a meter does not count back') });
  expect((await enter('5', '2099-01-01T00:00Z')).err).toContain('has not come yet');
  expect(kept()).toMatchObject({ kwh: 300 });

  await enter('1310.5', '2026-10-31T00:00Z');
  await enter('40', '2026-11-10T00:00Z', '--used');
  expect(kept()).toMatchObject({ kwh: 350, knownMs: 40 * 86_400_000 });
  await enter('-', '2026-11-10T00:00Z');
  expect(kept()).toMatchObject({ kwh: 310, knownMs: 30 * 86_400_000 });

  const listed = await run('feed', 'readings', 'manual-1');
  expect(listed.out).toMatch(/2026-10-31T00:00:00\.000Z +1310\.5 kWh +210 kWh since the one before/);
  expect((await enter('-', '2026-11-10T00:00Z')).err).toContain('There is no reading of');
  expect((await run('feed', 'reading', 'cpu', '5')).err).toContain('is read by itself');
});
