import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { reduceSeries, SeriesList } from '../../../src-renderer/data/series-list';
import type { Series } from '@shared/model/series';
import { StreamStore } from '../../../src-renderer/data/stream-store';
import { valueOf } from '../../../src-renderer/data/loadable';
import { recordedRun } from '../../helpers/recorded-run';
import { recordInto, startTestCore, type TestCore } from '../../helpers/test-core';

/** More of 200 runs together than are held of runs that nobody looks at. */
const SERIES_A_RUN = 25;
const IN_SIGHT = 200;
const startedMs = Date.now() - 24 * 3_600_000;
const deviceOf = (n: number): string => `run/r${n}`;

/** A core after 600 runs, of each of which it has recorded 25 scalars. */
let room: TestCore;
beforeAll(async () => {
  room = await startTestCore({
    scenario: 'workstation',
    prepare: (folder) =>
      recordInto(folder, ({ samples, runs }) => {
        const keys = Array.from({ length: 3 * IN_SIGHT }, (_, n) =>
          Array.from({ length: SERIES_A_RUN }, (_, i) => ({
            device: deviceOf(n),
            label: deviceOf(n),
            metric: `train.m${i}`,
            provenance: 'measured' as const,
          })),
        );
        samples.ensureAllSeries(keys.flat());
        for (let n = 0; n < keys.length; n += 1) runs.save(recordedRun(`r${n}`, startedMs + n * 60_000, 'succeeded', 1));
      }),
  });
});
afterAll(() => room.close());

it('asks once for the series of the runs in sight, however many they have, and gives up those of runs out of sight', async () => {
  const { client, wire } = room.open();
  const living = new StreamStore<'series.live', readonly Series[]>(client, 'series.live', {}, reduceSeries);
  const list = new SeriesList(client, living);
  await vi.waitFor(() => expect(valueOf(living.get())?.length).toBeGreaterThan(20), { timeout: 60_000 });
  expect(valueOf(living.get())?.filter(({ device }) => device.startsWith('run/'))).toEqual([]);
  const runs = (from: number): string[] => Array.from({ length: IN_SIGHT }, (_, i) => `r${from + i}`);
  const found = (): Series[] => (valueOf(list.get()) ?? []).filter(({ device }) => device.startsWith('run/'));
  // As the axis of the room does: it looks again whenever the list is another.
  let inSight = runs(0);
  list.subscribe(() => list.wantRuns(inSight));
  list.wantRuns(inSight);
  await vi.waitFor(() => expect(found()).toHaveLength(IN_SIGHT * SERIES_A_RUN), { timeout: 60_000 });
  expect(wire.callsOf('series.find').map(({ input }) => input.devices)).toEqual([inSight.map((id) => `run/${id}`)]);
  expect(new Set(found().map(({ metric }) => metric)).size).toBe(SERIES_A_RUN);

  for (const from of [IN_SIGHT, 2 * IN_SIGHT]) {
    inSight = runs(from);
    list.wantRuns(inSight);
    await vi.waitFor(() => expect(found().filter(({ device }) => device === `run/r${from}`)).toHaveLength(SERIES_A_RUN), {
      timeout: 60_000,
    });
  }
  expect(wire.callsOf('series.find')).toHaveLength(3);
  expect(found().length).toBeLessThan(3 * IN_SIGHT * SERIES_A_RUN);
  list.dispose();
  living.dispose();
});
