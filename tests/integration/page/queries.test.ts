import { QueryObserver } from '@tanstack/react-query';
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest';
import { AppError } from '@shared/contract/errors';
import { Queries } from '../../../src-renderer/data/queries';
import { settle } from '../../helpers/wire';
import { startTestCore, type TestCore, type TestPage } from '../../helpers/test-core';

const soon = (check: () => void): Promise<void> => vi.waitFor(check, { timeout: 60_000, interval: 20 });

let room: TestCore;
beforeAll(async () => {
  room = await startTestCore({ scenario: 'workstation' });
});
afterAll(() => room.close());

const opened: Queries[] = [];
afterEach(() => opened.splice(0).forEach((queries) => queries.dispose()));

function open(): TestPage & { queries: Queries } {
  const page = room.open();
  const queries = new Queries(page.client);
  opened.push(queries);
  return { ...page, queries };
}

it('who asks the same shares one call, and who comes later sees the last answer until the new one is there', async () => {
  const { queries, wire } = open();
  const [first, second] = [queries.keep('engines.list', {}), queries.keep('engines.list', {})];
  await soon(() => expect(second.get().state).toBe('ready'));
  expect(first.get()).toMatchObject({
    state: 'ready',
    value: { engines: expect.arrayContaining([expect.objectContaining({ id: 'wasm' })]) },
  });
  expect(wire.callsOf('engines.list')).toHaveLength(1);
  const held = wire.hold('engines.list');
  const third = queries.keep('engines.list', {});
  expect(third.get().state).toBe('ready');
  await wire.until(() => held.length === 1);
  held[0]!.release();
  await wire.until(() => held[0]!.output !== null);
  expect(wire.callsOf('engines.list')).toHaveLength(2);
});

it('a call whose connection is lost has not failed: it is made again with the next one, and so is what was answered before', async () => {
  const { queries, wire, reconnect } = open();
  const answered = queries.keep('app.info', {});
  await soon(() => expect(answered.get().state).toBe('ready'));
  const held = wire.hold('inventory.get');
  const waiting = queries.keep('inventory.get', {});
  await wire.until(() => held.length === 1);
  wire.cut();
  await settle();
  expect(waiting.get().state).toBe('loading');
  reconnect();
  await wire.until(() => held.length === 2);
  held[1]!.release();
  await soon(() => expect(waiting.get().state).toBe('ready'));
  await soon(() => expect(wire.callsOf('app.info')).toHaveLength(2));
  expect(wire.callsOf('inventory.get')).toHaveLength(2);
});

it('a refusal is told with the way to ask again, and is not asked again by itself', async () => {
  const { queries, wire } = open();
  wire.refuse('storage.status', new AppError('internal', 'the disk refuses'));
  const status = queries.keep('storage.status', {});
  const heard = vi.fn();
  status.subscribe(heard);
  await soon(() => expect(status.get()).toMatchObject({ state: 'failed', error: { code: 'internal', message: 'the disk refuses' } }));
  expect(status.get()).toBe(status.get());
  await settle();
  expect(wire.callsOf('storage.status')).toHaveLength(1);
  const shown = status.get();
  if (shown.state === 'failed') shown.resume?.();
  await soon(() => expect(status.get().state).toBe('ready'));
  expect(heard).toHaveBeenCalled();
});

it('an answer that nobody waits for any more is cancelled', async () => {
  const { queries, wire } = open();
  const held = wire.hold('doctor.report');
  const observer = new QueryObserver(queries.cache, queries.question('doctor.report', {}));
  const stop = observer.subscribe(() => undefined);
  await wire.until(() => held.length === 1);
  stop();
  await wire.until(() => held[0]!.cancelled);
  expect(queries.cache.getQueryData(['doctor.report', {}])).toBeUndefined();
});
