import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { shippedParams } from '../../helpers/training-sources';
import { RunLogStore } from '../../../src-renderer/data/run-log';
import { createChildLauncher } from '../../../src-main/hosts/child-launcher';
import { fakeTrainer } from '../../helpers/fake-trainer';
import { startTestCore, type TestCore } from '../../helpers/test-core';

let room: TestCore;
beforeAll(async () => {
  room = await startTestCore({ scenario: 'workstation', launcher: createChildLauncher({ program: fakeTrainer('patient') }) });
});
afterAll(() => room.close());

it('holds what is looked at and some of what is new, also of a log that grows for days in a page that nobody moves', async () => {
  const { client } = room.open();
  const { runId } = await client.call('runs.start', { recipe: 'mnist-mlp', engine: 'wasm', params: shippedParams('mnist-mlp') });
  await vi.waitFor(async () => expect((await client.call('runs.get', { runId })).status).toBe('running'), { timeout: 60_000 });
  const { lastLine: own } = await client.call('runs.log', { runId, query: { limit: 1 } });
  const log = new RunLogStore(client, runId);
  const [LINES, PIECE] = [40_000, 500];
  for (let first = 1; first <= LINES; first += PIECE) {
    for (let line = first; line < first + PIECE; line += 1) room.inside.logs.append(runId, 'stdout', `line ${line}`);
    room.inside.logs.flush(runId);
    await vi.waitFor(() => expect(log.rowCount).toBe(own + first + PIECE - 1), { timeout: 60_000, interval: 5 });
    if (first === 1) log.want(0, 40);
  }
  expect(log.rowCount).toBe(own + LINES);
  expect(log.row(own)).toMatchObject({ t: 'line', line: { source: 'stdout', text: 'line 1' } });
  const held = Array.from({ length: own + LINES }, (_, row) => log.row(row)).filter(({ t }) => t === 'line');
  expect(held.length).toBeGreaterThan(PIECE);
  expect(held.length).toBeLessThanOrEqual(50 * 200);
  log.want(own + LINES - 40, own + LINES);
  await vi.waitFor(() => expect(log.row(own + LINES - 1)).toMatchObject({ t: 'line', line: { text: `line ${LINES}` } }), {
    timeout: 60_000,
  });
  log.dispose();
});
