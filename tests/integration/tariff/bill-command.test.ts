import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readLoad, readPrices, type LoadFileOptions } from '../../../src-main/core/tariff/load-file';
import { runToEnd } from '../headless/support';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'coldaisle-bill-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let files = 0;
function file(...lines: readonly string[]): string {
  const path = join(folder, `${(files += 1)}.csv`);
  writeFileSync(path, `${lines.join('\n')}\n`);
  return path;
}
const options: LoadFileOptions = { timeZone: 'Europe/Berlin', column: null, timeColumn: null, unit: null, kind: null, stamps: 'start' };
const load = (own: Partial<LoadFileOptions>, ...lines: readonly string[]) => readLoad(file(...lines), { ...options, ...own });
const kwhs = async (own: Partial<LoadFileOptions>, ...lines: readonly string[]): Promise<number[]> =>
  (await load(own, ...lines)).load.map(({ kwh }) => Number(kwh.toFixed(6)));

describe('a load curve', () => {
  it('is power, which holds until the next row, or the energy of each interval', async () => {
    expect(await kwhs({}, 'time,kW', '2026-01-01T00:00Z,10', '2026-01-01T00:15Z,20', '2026-01-01T00:30Z,')).toEqual([2.5, 5]);
    expect(await kwhs({}, 'time,power (W)', '2026-01-01T00:00Z,4000', '2026-01-01T01:00Z,2000')).toEqual([4, 2]);
    expect(await kwhs({}, 'Zeit;Energie [Wh]', '01.01.2026 00:00;1.500,5', '01.01.2026 00:15;250,0')).toEqual([1.5005, 0.25]);
    expect(await kwhs({}, 'timestamp,kwh', '2026-01-01T00:00Z,2.5', '2026-01-01T00:15Z,5')).toEqual([2.5, 5]);
    expect(await kwhs({}, 'time,watts', '2026-01-01T00:00Z,4000', '2026-01-01T01:00Z,2000')).toEqual([4, 2]);
    expect(await kwhs({ unit: 'kW' }, 'time,load', '2026-01-01T00:00Z,10', '2026-01-01T01:00Z,10')).toEqual([10, 10]);
    expect(await kwhs({ kind: 'counter' }, 'time,kWh', '2026-01-01T00:00Z,100', '2026-01-01T01:00Z,103.5', '2026-01-01T02:00Z,1')).toEqual([
      3.5,
    ]);
  });

  it('has both hours that the local clock shows as two', async () => {
    const hours = ['00:00', '01:00', '02:00', '02:00', '03:00'].map((clock) => `2025-10-26 ${clock},10`);
    const { load: intervals, repeated } = await load({}, 'time,kW', ...hours);
    expect(intervals.map(({ fromMs }) => new Date(fromMs).toISOString().slice(11, 16))).toEqual([
      '22:00',
      '23:00',
      '00:00',
      '01:00',
      '02:00',
    ]);
    expect(repeated).toBe(0);
  });

  it('does not go on over a gap, and ends where its times say', async () => {
    const rows = ['time,kW', '2026-01-01T00:00Z,10', '2026-01-01T00:15Z,10', '2026-01-01T02:00Z,10', '2026-01-01T02:15Z,10'];
    expect(await kwhs({}, ...rows)).toEqual([2.5, 2.5, 2.5, 2.5]);
    const { load: ends } = await load({ stamps: 'end' }, ...rows);
    expect(new Date(ends[0]?.fromMs ?? 0).toISOString()).toBe('2025-12-31T23:45:00.000Z');
  });

  it.each([
    [['time,load', '2026-01-01T00:00Z,10', '2026-01-01T01:00Z,10'], 'Nothing says what "load" is in'],
    [['time,kW,kWh', '2026-01-01T00:00Z,10,5', '2026-01-01T01:00Z,10,5'], 'More than one column is power or energy'],
    [['time,temperature (°C)', '2026-01-01T00:00Z,20', '2026-01-01T01:00Z,21'], 'Nothing says what'],
    [['time,kW', '2026-01-01T00:00Z,10'], 'two rows at least'],
    [['time,kWh', ...Array.from({ length: 12 }, (_, i) => `2026-01-01T${String(i).padStart(2, '0')}:00Z,${1000 + i}`)], '--as counter'],
  ])('that does not tell what it is is refused with what to say: %j', async (lines, words) => {
    await expect(load({}, ...lines)).rejects.toThrow(words);
  });
});

it('prices hold until the next, and not over a gap', async () => {
  const path = file(
    'start,Day-ahead price (EUR/MWh)',
    '2026-01-01T00:00Z,50',
    '2026-01-01T01:00Z,-10',
    '2026-01-01T05:00Z,80',
    '2026-01-01T06:00Z,90',
  );
  const prices = await readPrices(path, 'Europe/Berlin', 0.001);
  expect(prices.map(({ fromMs, toMs, price }) => [(toMs - fromMs) / 3_600_000, price])).toEqual([
    [1, 0.05],
    [1, -0.01],
    [1, 0.08],
    [1, 0.09],
  ]);
});

describe('bill', () => {
  const flat = (): string => {
    const path = join(folder, 'flat.json');
    writeFileSync(path, JSON.stringify({ name: 'Flat', currency: 'EUR', energy: [{ name: 'Energy', price: 0.3 }] }));
    return path;
  };
  const day = (from: string, rows: number): string =>
    file('time,kW', ...Array.from({ length: rows }, (_, i) => `${new Date(Date.parse(from) + i * 900_000).toISOString()},10`));

  it('prints the lines and the total of a day of 25 hours', async () => {
    const words = ['bill', '--tariff', flat(), '--load', day('2025-10-25T22:00Z', 100), '--zone', 'Europe/Berlin'];
    const { code, out, err } = await runToEnd([...words, '--from', '2025-10-26', '--to', '2025-10-27']);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toMatch(/Energy\s+250\s+kWh\s+0\.3\s+75\.00 EUR/);
    expect(out).toContain('Total 75.00 EUR for 250 kWh');
  });

  it('that is not whole says what is lacking and exits 1; one that cannot be is refused with the place', async () => {
    const words = ['bill', '--tariff', flat(), '--load', day('2025-10-25T22:00Z', 80), '--zone', 'Europe/Berlin'];
    const part = await runToEnd([...words, '--from', '2025-10-26', '--to', '2025-10-27', '--json']);
    expect(part.code).toBe(1);
    expect(JSON.parse(part.out)).toMatchObject({
      total: 60,
      isComplete: false,
      coverage: 0.8,
      lacking: [{ what: 'load', from: '2025-10-26T19:00+01:00', to: '2025-10-27T00:00+01:00' }],
      provenance: 'derived',
    });
    const wrong = join(folder, 'wrong.json');
    writeFileSync(wrong, JSON.stringify({ name: 'X', currency: 'EUR', energy: [{ name: 'E', bands: ['night'], price: 1 }] }));
    const refused = await runToEnd(['bill', '--tariff', wrong, '--load', day('2025-10-25T22:00Z', 4)]);
    expect(refused.code).toBe(2);
    expect(refused.err).toContain('is no tariff at energy.0.bands: there is no band "night"');
  });
});
