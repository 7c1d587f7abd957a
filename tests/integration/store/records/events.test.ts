import { describe, expect, it } from 'vitest';
import { EventLog } from '../../../../src-main/core/events/event-log';
import { selectEvents } from '../../../../src-main/core/store/records/events';
import { withDatabase } from '../support/model';
import { chartReader, NOON_MS, temporaryFolder, testWriter } from '../support/stores';

const DAY_MS = 86_400_000;

describe('events', () => {
  it('come back by time, device and kind, oldest first, the newest when there are more', async () => {
    const dataDir = temporaryFolder();
    const writer = testWriter(dataDir);
    const xid = { device: 'gpu3', kind: 'gpu.xid', code: '79', severity: 'critical', text: 'GPU has fallen off the bus' } as const;
    const note = { device: 'room', kind: 'note', code: '', severity: 'info', text: '换了风扇' } as const;
    const [first, second, third] = writer.events.append([
      { atMs: NOON_MS + 2000, ...xid },
      { atMs: NOON_MS, ...note },
      { atMs: NOON_MS + 1000, ...note, device: 'gpu3' },
    ]);
    writer.close();
    const reader = await chartReader(testWriter(dataDir).path);
    const range = { fromMs: NOON_MS, toMs: NOON_MS + 2000 };
    expect(await reader.events.select(range)).toEqual([second, third, first]);
    expect(await reader.events.select({ ...range, toMs: NOON_MS + 1999 })).toEqual([second, third]);
    expect(await reader.events.select({ ...range, devices: ['gpu3'] })).toEqual([third, first]);
    expect(await reader.events.select({ ...range, devices: ['gpu3'], kinds: ['gpu.*', 'device.lost'] })).toEqual([first]);
    expect(await reader.events.select({ ...range, limit: 2 })).toEqual([third, first]);
    expect(await reader.events.select({ ...range, kinds: [] })).toEqual([]);
  });

  it('that people wrote are changed and taken away; what happened to a device stays', async () => {
    const dataDir = temporaryFolder();
    const writer = testWriter(dataDir);
    const [note, other, xid] = writer.events.append([
      { atMs: NOON_MS, device: 'room', kind: 'note', code: '', severity: 'info', text: 'filters changed' },
      { atMs: NOON_MS, device: 'gpu0', kind: 'note', code: '', severity: 'info', text: 'new fan' },
      { atMs: NOON_MS, device: 'gpu3', kind: 'gpu.xid', code: '79', severity: 'critical', text: 'GPU has fallen off the bus' },
    ]);
    const revised = { atMs: NOON_MS + 5, device: 'gpu1', text: 'filters and belts changed' };
    expect(writer.events.reviseNote(note?.id ?? 0, revised)).toBe(true);
    expect(writer.events.removeNote(other?.id ?? 0)).toBe(true);
    expect(writer.events.removeNote(other?.id ?? 0)).toBe(false);
    expect(writer.events.reviseNote(xid?.id ?? 0, revised)).toBe(false);
    expect(writer.events.removeNote(xid?.id ?? 0)).toBe(false);
    const reader = await chartReader(writer.path);
    expect(await reader.events.select({ fromMs: 0, toMs: NOON_MS + 10 })).toEqual([xid, { ...note, ...revised }]);
  });

  it('go when they are older than they are to be kept, bit by bit; what people wrote stays', async () => {
    const writer = testWriter();
    const kinds = ['note', 'gpu.xid', 'device.lost'];
    const old = Array.from({ length: 5000 }, (_, i) => ({
      atMs: Date.now() - 400 * DAY_MS + i,
      device: `gpu${i % 8}`,
      kind: kinds[i % 500 === 0 ? 0 : 1 + (i % 2)] ?? '',
      code: '',
      severity: 'info' as const,
      text: `event ${i}`,
    }));
    writer.events.append(old);
    const fresh = {
      atMs: Date.now() - DAY_MS,
      device: 'gpu0',
      kind: 'gpu.xid',
      code: '79',
      severity: 'critical' as const,
      text: 'fell off the bus',
    };
    writer.events.append([fresh]);
    const reader = await chartReader(writer.path);
    const left = async (): Promise<string[]> =>
      (await reader.events.select({ fromMs: 0, toMs: Date.now(), limit: 10_000 })).map(({ kind }) => kind);
    writer.events.setRetention(401);
    expect(await left()).toHaveLength(5001);
    writer.events.setRetention(365);
    expect((await left()).length).toBeLessThan(5001);
    for (let i = 0; i < 3; i++) writer.events.append([fresh]);
    expect(await left()).toEqual([...Array.from({ length: 10 }, () => 'note'), ...Array.from({ length: 4 }, () => 'gpu.xid')]);
  });

  it('are recorded once, also while a disk refuses to let the old ones go', async () => {
    const dataDir = temporaryFolder();
    const first = testWriter(dataDir);
    const event = { device: 'gpu0', kind: 'gpu.xid', code: '79', severity: 'critical', text: 'fell off the bus' } as const;
    const [old] = first.events.append([{ ...event, atMs: Date.now() - 400 * DAY_MS }]);
    first.close();
    withDatabase(first.path, (db) =>
      db.exec(`CREATE TRIGGER refused BEFORE DELETE ON event BEGIN SELECT raise(ABORT, 'disk I/O error'); END`),
    );
    const writer = testWriter(dataDir);
    writer.events.setRetention(365);
    const log = new EventLog(writer.events, () => undefined);
    log.add({ ...event, atMs: Date.now() });
    log.add({ ...event, atMs: Date.now() });
    expect(log.unstored).toEqual([]);
    const reader = await chartReader(writer.path);
    const kept = await reader.events.select({ fromMs: 0, toMs: Date.now() });
    expect(kept.map(({ id }) => id)).toEqual([old?.id, expect.any(Number), expect.any(Number)]);
    expect(log.annotate({ atMs: Date.now(), device: 'gpu0', text: 'new fan' }).id).toBeGreaterThan(0);
  });

  it('of one device are found by an index of it, of all devices by their time', () => {
    const { path } = testWriter();
    withDatabase(path, (db) => {
      const rest = [0, 1, null, null, 10] as const;
      const plan = (sql: string, ...params: readonly (string | number | null)[]): string =>
        db
          .query<{ detail: string }>(`EXPLAIN QUERY PLAN ${sql}`)
          .all(...params)
          .map(({ detail }) => detail)
          .join('; ');
      const these = plan(selectEvents.ofThese, '["gpu0"]', ...rest);
      expect(these).toContain('SEARCH event USING INDEX event_device (device=? AND at_ms>? AND at_ms<?)');
      const all = plan(selectEvents.ofAll, ...rest);
      expect(all).toContain('SEARCH event USING INDEX event_at (at_ms>? AND at_ms<?)');
      expect(all).not.toContain('TEMP B-TREE');
    });
  });
});
