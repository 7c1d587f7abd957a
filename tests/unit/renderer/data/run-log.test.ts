import { afterEach, expect, it } from 'vitest';
import type { RunLogFrame } from '@shared/model/run-log';
import { RunLogStore } from '../../../../src-renderer/data/run-log';
import { settle, wire, type Wired } from '../wired';

let wired: Wired;
afterEach(() => wired.dispose());

it('holds what is looked at and some of what is new, also of a log that grows for days in a page that nobody moves', async () => {
  let tell = (_frame: RunLogFrame): void => undefined;
  wired = wire('bare', (api) => ({
    ...api,
    streams: {
      ...api.streams,
      'run.log': (_, sink) => {
        tell = (frame) => sink.push(frame);
        return { dispose: () => undefined };
      },
    },
  }));
  const log = new RunLogStore(wired.client, 'r1');
  await settle();
  const LINES = 40_000;
  for (let first = 1; first <= LINES; first += 500) {
    const lines = Array.from({ length: 500 }, (_, i) => ({
      seq: first + i,
      atMs: 1,
      source: 'stdout' as const,
      text: `line ${first + i}`,
    }));
    tell({ lastLine: first + 499, dropped: null, bytes: 1, lines });
    await settle();
    if (first === 1) log.want(0, 40);
  }
  expect(log.rowCount).toBe(LINES);
  expect(log.row(0)).toMatchObject({ t: 'line', line: { text: 'line 1' } });
  const held = Array.from({ length: LINES }, (_, row) => log.row(row)).filter(({ t }) => t === 'line');
  expect(held.length).toBeLessThanOrEqual(50 * 200);
  log.dispose();
});
