import { describe, expect, it } from 'vitest';
import { chartReader, NOON_MS, temporaryFolder, testWriter } from '../support/stores';

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
});
