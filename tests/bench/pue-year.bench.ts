import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bookingOf, type AccountName, type Booking } from '../../src-shared/energy/booking';
import { QUARTER_MS } from '../../src-shared/energy/quarters';
import { PueFamilyQuery } from '../../src-shared/model/pue';
import type { PowerPlace } from '../../src-shared/model/power-tree';
import { defaultSettings } from '../../src-shared/model/settings';
import { familyOver } from '../../src-main/core/api/energy';
import { openReader } from '../../src-main/core/store/reader';
import { openWriter } from '../../src-main/core/store/writer';
import { bundleEntry } from '../helpers/bundle';
import { quantile, type Row } from './figures';

const DAY_MS = 86_400_000;
const DAYS = 365;
const FROM_MS = Date.UTC(2025, 10, 1);
const QUARTERS = (DAYS * DAY_MS) / QUARTER_MS;
const TIMES = 7;
const WATTS = { grid: 150_000, chiller: 30_000, pdu: 12_500 };
const PDUS = 8;

const place = (id: string, kind: PowerPlace['kind'], parent: string | null, side: 'input' | 'output'): PowerPlace => ({
  id,
  kind,
  name: id,
  parent,
  position: 0,
  device: null,
  meters: [{ device: `sensor/${id}`, side, classPercent: 1 }],
});
const pdus = Array.from({ length: PDUS }, (_, i) => `pdu${i}`);
const places = [
  place('grid', 'utility', null, 'output'),
  place('chiller', 'cooling', 'grid', 'input'),
  ...pdus.map((id) => place(id, 'pdu', 'grid', 'output')),
];

/** A year of quarters of ten meters, and of the ledger beside them. */
function fill(dataDir: string): { path: string; rows: number } {
  const writer = openWriter({ dataDir });
  const joules = (watts: number): number => (watts * QUARTER_MS) / 1000;
  const one = (quarter: number, account: AccountName, watts: number): Booking => ({
    ...bookingOf(quarter, account, 'room'),
    joules: joules(watts),
    itJ: account === 'infrastructure' ? joules(WATTS.pdu * PDUS) : 0,
    knownMs: QUARTER_MS,
  });
  const first = FROM_MS / QUARTER_MS;
  for (let at = 0; at < QUARTERS; at += 960) {
    const bookings = Array.from({ length: Math.min(960, QUARTERS - at) }, (_, i) => first + at + i);
    writer.ledger.add({
      bookings: bookings.flatMap((quarter) => [one(quarter, 'idle', WATTS.pdu * PDUS), one(quarter, 'infrastructure', 50_000)]),
      shares: [],
      gaps: [],
      places: [],
      left: [],
      untilMs: null,
    });
    writer.meterEnergy.add(
      places.map(({ id }) => {
        const own = joules(id === 'grid' ? WATTS.grid : id === 'chiller' ? WATTS.chiller : WATTS.pdu);
        return {
          device: `sensor/${id}`,
          flow: 'import' as const,
          mark: null,
          bookings: bookings.map((quarter) => ({
            quarter,
            joules: own,
            countedJ: own,
            knownMs: QUARTER_MS,
            unknownMs: 0,
            correctedJ: 0,
          })),
        };
      }),
    );
  }
  const { path } = writer;
  writer.close();
  return { path, rows: QUARTERS * (places.length + 2) };
}

/** The PUE and its family of each day of a year, of ten meters. */
export async function run(): Promise<{ rows: Row[] }> {
  const dataDir = mkdtempSync(join(tmpdir(), 'coldaisle-bench-pue-'));
  try {
    const { path, rows } = fill(dataDir);
    const reader = openReader({ databasePath: path, workerPath: await bundleEntry('src-main/core/store/reader-worker.ts') });
    try {
      const toMs = FROM_MS + DAYS * DAY_MS;
      const query = PueFamilyQuery.parse({ fromMs: FROM_MS, toMs, step: 'day', timeZone: 'Asia/Shanghai' });
      const of = {
        reader,
        powerTree: { current: { revision: 1, places }, versions: [{ fromMs: 0, places }] },
        roomPower: { ratedW: 200_000 },
        settings: { current: defaultSettings },
        powerFits: { current: { lookedAtMs: null, fits: [], without: [] } },
      };
      const times: number[] = [];
      for (let i = 0; i <= TIMES; i++) {
        const startedMs = performance.now();
        const { stretches } = await familyOver(query, toMs, of, new AbortController().signal);
        if (i > 0) times.push(performance.now() - startedMs);
        const known = stretches.filter(({ pue }) => pue.value !== null && Math.abs(pue.value - 1.5) < 1e-9).length;
        if (known < DAYS - 1) throw new Error(`${known} of ${stretches.length} days came to the PUE that was booked`);
      }
      const name = `a year’s PUE by day (${(rows / 1e3).toFixed(0)} k quarters of ${places.length} meters and the ledger), p95`;
      return { rows: [{ name, value: quantile(times, 0.95), unit: 'ms' }] };
    } finally {
      await reader.close();
    }
  } finally {
    rmSync(dataDir, { recursive: true, force: true });
  }
}
