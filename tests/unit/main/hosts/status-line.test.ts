import { Writable } from 'node:stream';
import { RpcClient } from '@shared/rpc/client';
import { createPortPair } from '@shared/rpc/pair';
import { serve } from '@shared/rpc/server';
import { quantity, withheld } from '@shared/model/provenance';
import { expect, it } from 'vitest';
import { showStatus } from '../../../../src-main/hosts/cli/status-line';
import { Terminal } from '../../../../src-main/hosts/cli/terminal';
import { settle, stubApi } from '../../shared/rpc/support';
import type { RoomSummary } from '@shared/model/room';

const none = withheld('W', 'no-sensor');
const room: RoomSummary = {
  atMs: 0,
  itPowerW: none,
  facilityPowerW: none,
  powerRatio: none,
  costPerHour: none,
  co2ePerHourKg: none,
  cpuLoadPercent: none,
  gpuLoadPercent: none,
  hottest: { tempC: none, device: null, label: null },
  runningJobs: 0,
  queuedJobs: 0,
  meteredItShare: null,
  parts: [],
  meters: [],
  uncounted: [],
  silent: [],
};

it('without a terminal: the first figure at once, then a line every 10 s', async () => {
  let text = '';
  const out = new Writable({ write: (chunk, _encoding, done) => ((text += String(chunk)), done()) });
  let push: (frame: RoomSummary) => void = () => undefined;
  const [near, far] = createPortPair();
  const api = stubApi({
    streams: { 'room.live': (_params, sink) => ((push = (frame) => sink.push(frame)), { dispose: () => undefined }) },
  });
  serve(far, api, { log: () => undefined });
  const client = new RpcClient();
  client.attach(near);
  let nowMs = 0;
  const status = showStatus(client, new Terminal({ out, err: out }), () => nowMs);
  await settle();
  const lines = async (atMs: number, itPowerW: RoomSummary['itPowerW']): Promise<number> => {
    nowMs = atMs;
    push({ ...room, itPowerW });
    await settle();
    return text.split('\n').length - 1;
  };
  const watts = quantity(40, 'W', 'modelled');
  expect(await lines(0, none)).toBe(0);
  expect(await lines(1000, watts)).toBe(1);
  expect(await lines(9000, watts)).toBe(1);
  expect(await lines(11_000, watts)).toBe(2);
  expect(await lines(21_000, none)).toBe(3);
  status.dispose();
  expect(await lines(40_000, watts)).toBe(3);
  expect(text.split('\n')[0]).toBe('IT power 40 W (modelled) · live power ratio — (no sensor) · 0 running');
  client.dispose();
});
