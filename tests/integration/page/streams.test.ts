import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest';
import { AppError } from '@shared/contract/errors';
import { LiveStream } from '../../../src-renderer/data/live-stream';
import { Services } from '../../../src-renderer/data/services';
import { startTestCore, type TestCore, type TestPage } from '../../helpers/test-core';

const soon = (check: () => void): Promise<void> => vi.waitFor(check, { timeout: 60_000, interval: 20 });
const broken = new AppError('internal', 'the source failed');

let room: TestCore;
beforeAll(async () => {
  room = await startTestCore({ scenario: 'workstation' });
});
afterAll(() => room.close());

const opened: { dispose(): void }[] = [];
afterEach(() => opened.splice(0).forEach((one) => one.dispose()));

async function open(): Promise<TestPage & { services: Services }> {
  const page = room.open();
  const services = new Services(page.client);
  opened.push(services);
  await soon(() => {
    expect(services.room.get().state).toBe('ready');
    expect(services.telemetry.nowMs).not.toBeNull();
  });
  return { ...page, services };
}

it('samples that end with an error are told of as stopped and go on when asked, with what was missed', async () => {
  const { services, wire } = await open();
  const heldMs = services.telemetry.nowMs!;
  wire.fail('telemetry.live', broken);
  await soon(() => expect(services.telemetry.failure.get()).toMatchObject({ code: 'internal', message: 'the source failed' }));
  const before = wire.streamsOf('telemetry.live').length;
  services.telemetry.resume();
  await wire.until(() => wire.streamsOf('telemetry.live').length === before + 1);
  expect(wire.streamsOf('telemetry.live').at(-1)!.params.sinceMs).toBeLessThanOrEqual(heldMs);
  await soon(() => expect(services.telemetry.failure.get()).toBeNull());
  await soon(() => expect(services.telemetry.nowMs).toBeGreaterThan(heldMs));
});

it('what stands still keeps its value and says why; it is asked for anew by itself', async () => {
  const { services, wire } = await open();
  const shown = services.room.get();
  wire.fail('room.live', broken);
  await soon(() => expect(services.room.get()).toMatchObject({ state: 'ready', stopped: { error: { code: 'internal' } } }));
  expect(services.room.get()).toMatchObject({ value: shown.state === 'ready' ? expect.objectContaining({}) : null });
  expect(services.shared.filter(({ failure }) => failure.get() !== null)).toEqual([services.room]);
  await soon(() => expect(services.room.get()).not.toHaveProperty('stopped'));
  expect(services.shared.filter(({ failure }) => failure.get() !== null)).toEqual([]);
});

it('what is no longer there at all has failed, and is not asked for again but by a person', async () => {
  const { services, wire, client } = await open();
  wire.fail('tree.live', new AppError('not-found', 'gone'));
  await soon(() => expect(services.tree.get()).toMatchObject({ state: 'failed', error: { code: 'not-found' } }));
  const asked = wire.streamsOf('tree.live').length;
  // A stream that is asked for anew by itself comes back meanwhile.
  wire.fail('room.live', broken);
  await wire.until(() => wire.streamsOf('room.live').length === 2);
  expect(wire.streamsOf('tree.live')).toHaveLength(asked);
  services.tree.resume();
  await soon(() => expect(services.tree.get().state).toBe('ready'));
  await client.call('settings.get', {});
});

it('one that failed is asked for at once with a new connection, and one that is done with is not', async () => {
  const { client, wire, reconnect } = room.open();
  const stream = new LiveStream(client, 'tree.live', {}, () => undefined);
  const ended = new LiveStream(client, 'devices.live', {}, () => undefined);
  opened.push(stream);
  await wire.until(() => wire.streamsOf('tree.live').some(({ frames }) => frames > 0));
  wire.fail('tree.live', new AppError('not-found', 'gone'));
  wire.fail('devices.live', broken);
  await soon(() => expect([stream.failure.get(), ended.failure.get()].every((error) => error !== null)).toBe(true));
  ended.dispose();
  wire.cut();
  reconnect();
  await soon(() => expect(stream.failure.get()).toBeNull());
  ended.resume();
  expect(wire.streamsOf('devices.live')).toHaveLength(1);
});
