import { describe, expect, it } from 'vitest';
import { AppError } from '@shared/contract/errors';
import { sizeOf } from '@shared/rpc/encode';
import { serveRaw, settings, settle, stubApi } from './support';
import type { FrameSink } from '@shared/rpc/api';

const never = new Promise<never>(() => undefined);
const pricey = { ...settings, tariff: { pricePerKwh: 1, currency: 'EUR' } };

describe('serve: calls', () => {
  it('answers with the output', async () => {
    const raw = serveRaw(stubApi({ commands: { 'settings.get': () => settings } }));
    raw.port.post({ t: 'call', id: 1, name: 'settings.get', input: {} });
    await settle();
    expect(raw.received).toEqual([{ t: 'ok', id: 1, bytes: 0, output: settings }]);
  });

  it.each([
    ['an unknown name', 'nonsense', {}, 'unknown-command'],
    ['a name every object has', 'toString', {}, 'unknown-command'],
    ['a missing input', 'runs.get', undefined, 'invalid-input'],
    ['an input beyond its bounds', 'runs.log', { runId: 'a', afterSeq: -1 }, 'invalid-input'],
  ])('refuses %s', async (_what, name, input, code) => {
    const raw = serveRaw(stubApi());
    raw.port.post({ t: 'call', id: 4, name, input });
    await settle();
    expect(raw.received).toMatchObject([{ t: 'err', id: 4, error: { code } }]);
  });

  it('says which part of the input is wrong', async () => {
    const raw = serveRaw(stubApi());
    raw.port.post({ t: 'call', id: 1, name: 'runs.log', input: { runId: 'a', query: { fromLine: 'x' } } });
    await settle();
    expect(raw.received[0]).toMatchObject({ error: { message: expect.stringContaining('query.fromLine') } });
  });

  it('passes an expected failure whole and hides the words of an unexpected one', async () => {
    const raw = serveRaw(
      stubApi({
        commands: {
          'runs.get': () => Promise.reject(new AppError('not-found', 'no run r1')),
          'runs.stop': () => {
            throw new Error('SQLITE at /secret/path');
          },
          // No transport carries such a number.
          'runs.list': () => ({ runs: 1n }) as never,
        },
      }),
    );
    raw.port.post({ t: 'call', id: 1, name: 'runs.get', input: { runId: 'r1' } });
    raw.port.post({ t: 'call', id: 2, name: 'runs.stop', input: { runId: 'r1' } });
    raw.port.post({ t: 'call', id: 3, name: 'runs.list', input: {} });
    await settle();
    expect(raw.received).toContainEqual({ t: 'err', id: 1, error: { code: 'not-found', message: 'no run r1' } });
    expect(raw.received).toContainEqual(expect.objectContaining({ id: 2, error: expect.objectContaining({ code: 'internal' }) }));
    expect(raw.received).toContainEqual(expect.objectContaining({ id: 3, error: expect.objectContaining({ code: 'internal' }) }));
    expect(JSON.stringify(raw.received)).not.toContain('secret');
    expect(raw.log.join('\n')).toContain('/secret/path');
    expect(raw.log.join('\n')).toContain('BigInt');
  });

  it('cancels: the handler hears it, the caller gets `cancelled` once, the late answer is dropped', async () => {
    let heard = 0;
    let finish = (): void => undefined;
    const raw = serveRaw(
      stubApi({
        commands: {
          'settings.get': (_input, cancellation) => {
            cancellation.onCancel(() => (heard += 1));
            return new Promise((resolve) => (finish = () => resolve(settings)));
          },
        },
      }),
    );
    raw.port.post({ t: 'call', id: 1, name: 'settings.get', input: {} });
    await settle();
    raw.port.post({ t: 'cancel', id: 1 });
    raw.port.post({ t: 'cancel', id: 1 });
    raw.port.post({ t: 'cancel', id: 99 });
    await settle();
    finish();
    await settle();
    expect(heard).toBe(1);
    expect(raw.received).toEqual([{ t: 'err', id: 1, error: { code: 'cancelled', message: expect.any(String) } }]);
  });

  it('bounds what is pending, also what was cancelled but still works', async () => {
    const raw = serveRaw(
      stubApi({ commands: { 'settings.get': () => never }, streams: { 'settings.live': () => ({ dispose: () => undefined }) } }),
      { maxPending: 2 },
    );
    raw.port.post({ t: 'call', id: 1, name: 'settings.get', input: {} });
    raw.port.post({ t: 'cancel', id: 1 });
    raw.port.post({ t: 'subscribe', id: 2, name: 'settings.live', params: {} });
    raw.port.post({ t: 'call', id: 3, name: 'settings.get', input: {} });
    raw.port.post({ t: 'subscribe', id: 4, name: 'settings.live', params: {} });
    await settle();
    expect(raw.received).toMatchObject([
      { t: 'err', id: 1, error: { code: 'cancelled' } },
      { t: 'err', id: 3, error: { code: 'too-large' } },
      { t: 'end', id: 4, error: { code: 'too-large' } },
    ]);
    raw.port.post({ t: 'unsubscribe', id: 2 });
    raw.port.post({ t: 'subscribe', id: 5, name: 'settings.live', params: {} });
    await settle();
    expect(raw.received).toHaveLength(3);
  });

  it('refuses an id that is in use without touching the first', async () => {
    let finish = (): void => undefined;
    const raw = serveRaw(stubApi({ commands: { 'settings.get': () => new Promise((resolve) => (finish = () => resolve(settings))) } }));
    raw.port.post({ t: 'call', id: 1, name: 'settings.get', input: {} });
    raw.port.post({ t: 'call', id: 1, name: 'settings.get', input: {} });
    await settle();
    finish();
    await settle();
    expect(raw.received).toEqual([{ t: 'ok', id: 1, bytes: 0, output: settings }]);
    expect(raw.log.join()).toContain('id 1 is in use');
  });
});

describe('serve: broken messages', () => {
  it.each([
    [null],
    ['text'],
    [[1]],
    [{}],
    [{ t: 'call' }],
    [{ t: 'call', id: -1, name: 'x', input: {} }],
    [{ t: 'call', id: 1, name: 'x'.repeat(81) }],
    [{ t: '__proto__', id: 1 }],
  ])('refuses %j, logs it and goes on', async (message) => {
    const raw = serveRaw(stubApi({ commands: { 'settings.get': () => settings } }));
    raw.port.post(message);
    raw.port.post({ t: 'call', id: 7, name: 'settings.get', input: {} });
    await settle();
    expect(raw.received).toEqual([{ t: 'ok', id: 7, bytes: 0, output: settings }]);
    expect(raw.log).toEqual([expect.stringMatching(/^warn refused a message/)]);
  });

  it('never logs what a broken message held', async () => {
    const raw = serveRaw(stubApi());
    raw.port.post({ t: 'call', id: 'hunter2', name: 'hunter2', input: 'hunter2' });
    await settle();
    expect(raw.log.join()).not.toContain('hunter2');
  });

  it('closes the port of one who sends many', async () => {
    const raw = serveRaw(stubApi(), { maxBadMessages: 3 });
    for (let i = 0; i < 10; i++) raw.port.post('junk');
    await settle();
    expect(raw.closed()).toBe(true);
    expect(raw.log).toHaveLength(4);
  });
});

describe('serve: streams', () => {
  it('numbers frames from 1 and ends with their count, once', async () => {
    let stopped = 0;
    let sink: FrameSink<typeof settings> | undefined;
    const raw = serveRaw(
      stubApi({
        streams: {
          'settings.live': (_params, out) => {
            sink = out;
            out.push(settings);
            return { dispose: () => (stopped += 1) };
          },
        },
      }),
    );
    raw.port.post({ t: 'subscribe', id: 1, name: 'settings.live', params: {} });
    await settle();
    sink?.push(pricey);
    sink?.end();
    sink?.end(new AppError('internal', 'again'));
    sink?.push(settings);
    raw.port.post({ t: 'unsubscribe', id: 1 });
    await settle();
    expect(raw.received).toEqual([
      { t: 'frame', id: 1, seq: 1, bytes: sizeOf(settings), frame: settings },
      { t: 'frame', id: 1, seq: 2, bytes: sizeOf(pricey), frame: pricey },
      { t: 'end', id: 1, frames: 2, error: null },
    ]);
    expect(stopped).toBe(1);
  });

  it('stops on unsubscribe and sends nothing after it', async () => {
    let stopped = 0;
    let sink: FrameSink<typeof settings> | undefined;
    const raw = serveRaw(
      stubApi({
        streams: {
          'settings.live': (_params, out) => {
            sink = out;
            return { dispose: () => (stopped += 1) };
          },
        },
      }),
    );
    raw.port.post({ t: 'subscribe', id: 1, name: 'settings.live', params: {} });
    raw.port.post({ t: 'unsubscribe', id: 1 });
    await settle();
    sink?.push(settings);
    sink?.end();
    await sink?.ready();
    await settle();
    expect(raw.received).toEqual([]);
    expect(stopped).toBe(1);
  });

  it('stops a stream that ended before its handler returned', async () => {
    let stopped = 0;
    const raw = serveRaw(
      stubApi({
        streams: {
          'import.report': (_params, sink) => {
            sink.push({ lines: [] });
            sink.end();
            return { dispose: () => (stopped += 1) };
          },
        },
      }),
    );
    raw.port.post({ t: 'subscribe', id: 1, name: 'import.report', params: { id: 'a' } });
    await settle();
    expect(raw.received).toMatchObject([{ t: 'frame' }, { t: 'end', frames: 1, error: null }]);
    expect(stopped).toBe(1);
  });

  it.each([
    ['an unknown name', 'nonsense.live', {}, 'unknown-command'],
    ['parameters that break their schema', 'import.report', { id: '' }, 'invalid-input'],
    ['a handler that throws', 'settings.live', {}, 'internal'],
  ])('ends %s with its error', async (_what, name, params, code) => {
    const raw = serveRaw(stubApi());
    raw.port.post({ t: 'subscribe', id: 1, name, params });
    await settle();
    expect(raw.received).toMatchObject([{ t: 'end', id: 1, frames: 0, error: { code } }]);
  });

  it('ends a stream whose frame cannot be carried', async () => {
    let stopped = 0;
    let push: (frame: never) => void = () => undefined;
    const raw = serveRaw(
      stubApi({
        streams: {
          'settings.live': (_params, sink) => {
            push = sink.push.bind(sink);
            return { dispose: () => (stopped += 1) };
          },
        },
      }),
    );
    raw.port.post({ t: 'subscribe', id: 1, name: 'settings.live', params: {} });
    await settle();
    push({ tariff: 1n } as never);
    await settle();
    expect(raw.received).toMatchObject([{ t: 'end', frames: 0, error: { code: 'internal' } }]);
    expect(stopped).toBe(1);
  });
});

describe('serve: the end of a port', () => {
  it('tells running calls, stops streams, and survives stops that throw', async () => {
    const seen: string[] = [];
    const raw = serveRaw(
      stubApi({
        commands: {
          'settings.get': (_input, cancellation) => {
            cancellation.onCancel(() => {
              seen.push('call');
              throw new Error('bad listener');
            });
            return never;
          },
        },
        streams: {
          'settings.live': () => ({
            dispose: () => {
              seen.push('stream');
              throw new Error('bad stop');
            },
          }),
        },
      }),
    );
    raw.port.post({ t: 'call', id: 1, name: 'settings.get', input: {} });
    raw.port.post({ t: 'subscribe', id: 2, name: 'settings.live', params: {} });
    raw.port.post({ t: 'subscribe', id: 3, name: 'settings.live', params: {} });
    await settle();
    raw.port.close();
    await settle();
    expect(seen).toEqual(['call', 'stream', 'stream']);
    expect(raw.log.filter((line) => line.startsWith('error'))).toHaveLength(3);
  });
});
