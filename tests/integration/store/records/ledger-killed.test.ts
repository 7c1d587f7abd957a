import { setTimeout as wait } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { openForReading } from '../../../../src-main/core/store/file/open';
import { unpackSums } from '../../../../src-main/core/store/records/ledger/sums';
import { databasePath } from '../../../../src-main/core/store/writer';
import { startProgram } from '../support/processes';
import { NOON_MS, temporaryFolder } from '../support/stores';

interface Place {
  readonly id: number;
  readonly device: string;
  readonly sinceMs: number;
  readonly untilMs: number;
  readonly joules: number;
  readonly knownMs: number;
  readonly unknownMs: number;
}

it('a ledger that is killed again and again books nothing twice, and what it did not store as a gap', async () => {
  const dataDir = temporaryFolder();
  let nextMs = NOON_MS;
  for (let round = 0; round < 25; round++) {
    const ticker = await startProgram('ledger-ticker', dataDir, String(nextMs));
    await ticker.said(new RegExp(`\n${nextMs + (20 + ((round * 37) % 200)) * 1000}\n`));
    await wait(round % 5);
    await ticker.kill();
    const ticks = ticker.output().trimEnd().split('\n');
    const lastMs = Math.max(...ticks.map(Number).filter((ms) => ms >= nextMs && ms < nextMs + 86_400_000));
    const db = openForReading(databasePath(dataDir));
    const places = db
      .query<Place>(
        `SELECT p.id, device, since_ms AS sinceMs, until_ms AS untilMs, sum(joules) AS joules, sum(known_ms) AS knownMs, sum(unknown_ms) AS unknownMs
         FROM ledger_place AS p JOIN ledger ON place_id = p.id WHERE device <> 'room' GROUP BY p.id`,
      )
      .all();
    const gaps = db.query<{ id: number; ms: number }>('SELECT place_id AS id, sum(to_ms - from_ms) AS ms FROM ledger_gap GROUP BY 1').all();
    const days = db.query<{ body: Uint8Array }>("SELECT body FROM ledger_sum WHERE of = 'place' AND width = 96").all();
    const byDay = (id: number): number => days.reduce((sum, { body }) => sum + (unpackSums(body).get(id)?.joules ?? 0), 0);
    expect(places.map(({ device }) => device).sort()).toEqual(['cpu0', 'gpu0']);
    for (const { id, sinceMs, untilMs, joules, knownMs, unknownMs } of places) {
      // Each second that is known is 200 J, once; every other one since the first is in a gap.
      expect(joules).toBeCloseTo(knownMs * 0.2, 3);
      expect(byDay(id)).toBeCloseTo(joules, 3);
      const gapMs = gaps.find((gap) => gap.id === id)?.ms ?? 0;
      expect(knownMs + unknownMs + gapMs).toBeCloseTo(untilMs - sinceMs, 3);
      expect(untilMs).toBeLessThanOrEqual(lastMs + 60_000);
      // No more than what was booked since it was stored last is lost.
      expect(lastMs - untilMs).toBeLessThanOrEqual(17_000);
    }
    const room = db
      .query<{ joules: number; itJ: number }>(
        "SELECT sum(joules) AS joules, sum(it_j) AS itJ FROM ledger WHERE account_id = (SELECT id FROM ledger_account WHERE name = 'infrastructure')",
      )
      .get();
    expect(room?.joules).toBeCloseTo((room?.itJ ?? 0) / 2, 3);
    db.close();
    nextMs = lastMs + 60_000 + round * 1000;
  }
});
