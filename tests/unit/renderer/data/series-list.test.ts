import { afterEach, expect, it } from 'vitest';
import type { Series } from '@shared/model/series';
import { ready, valueOf, type Loadable } from '../../../../src-renderer/data/loadable';
import { SeriesList } from '../../../../src-renderer/data/series-list';
import { Store } from '../../../../src-renderer/data/store';
import { settle, wire, type Wired } from '../wired';

/** More of 200 runs together than are held of runs that nobody looks at. */
const SERIES_A_RUN = 25;

let wired: Wired;
afterEach(() => wired.dispose());

it('asks once for the series of the runs in sight, however many they have, and gives up those of runs out of sight', async () => {
  const asked: string[][] = [];
  wired = wire('bare', (api) => ({
    ...api,
    commands: {
      ...api.commands,
      'series.find': ({ devices = [] }) => {
        asked.push(devices);
        return { series: devices.flatMap((device) => seriesOf(device)) };
      },
    },
  }));
  const living = new Store<Loadable<readonly Series[]>>(ready([]));
  const list = new SeriesList(wired.client, living);
  const runs = (from: number): string[] => Array.from({ length: 200 }, (_, i) => `r${from + i}`);
  // As the axis of the room does: it looks again whenever the list is another.
  let inSight = runs(0);
  list.subscribe(() => list.wantRuns(inSight));
  list.wantRuns(inSight);
  for (let i = 0; i < 5; i++) await settle();
  expect(asked).toEqual([inSight.map((id) => `run/${id}`)]);
  expect(valueOf(list.get())).toHaveLength(200 * SERIES_A_RUN);

  for (const from of [200, 400]) {
    inSight = runs(from);
    list.wantRuns(inSight);
    for (let i = 0; i < 5; i++) await settle();
  }
  expect(asked).toHaveLength(3);
  expect(valueOf(list.get())?.length).toBeLessThan(3 * 200 * SERIES_A_RUN);
  list.dispose();
});

function seriesOf(device: string): Series[] {
  const number = Number(device.slice('run/r'.length));
  return Array.from({ length: SERIES_A_RUN }, (_, i) => ({
    id: number * SERIES_A_RUN + i + 1,
    device,
    metric: `train.m${i}`,
    label: device,
    provenance: 'measured',
  }));
}
