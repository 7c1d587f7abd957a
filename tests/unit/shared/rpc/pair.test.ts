import { describe, expect, it } from 'vitest';
import { createPortPair } from '@shared/rpc/pair';
import { QueuePort } from '@shared/rpc/queue-port';
import { settle } from './support';

describe('createPortPair', () => {
  it('delivers in order, in a later turn, as copies', async () => {
    const [a, b] = createPortPair();
    const got: unknown[] = [];
    b.onMessage((message) => got.push(message));
    const sent = { list: [1], gone: undefined, at: new Date(0) };
    a.post(sent);
    a.post('second');
    sent.list.push(2);
    expect(got).toEqual([]);
    await settle();
    expect(got).toEqual([{ list: [1], at: '1970-01-01T00:00:00.000Z' }, 'second']);
  });

  it('holds what comes before the first listener, and keeps its order against what comes after', async () => {
    const [a, b] = createPortPair();
    a.post(1);
    a.post(2);
    await settle();
    const got: unknown[] = [];
    a.post(3);
    b.onMessage((message) => got.push(message));
    a.post(4);
    expect(got).toEqual([]);
    await settle();
    expect(got).toEqual([1, 2, 3, 4]);
  });

  it('tells both sides of the close once, after what was posted before it', async () => {
    const [a, b] = createPortPair();
    const seen: string[] = [];
    a.onClose(() => seen.push('a'));
    b.onMessage((message) => seen.push(String(message)));
    b.onClose(() => seen.push('b'));
    a.post('last');
    a.close();
    a.close();
    b.close();
    a.post('after');
    await settle();
    b.post('after');
    await settle();
    expect(seen).toEqual(['a', 'b']);
  });

  it('delivers the last message of a side that closes after it', async () => {
    const [a, b] = createPortPair();
    const seen: string[] = [];
    b.onMessage((message) => seen.push(String(message)));
    b.onClose(() => seen.push('closed'));
    a.post('last');
    a.close();
    await settle();
    expect(seen).toEqual(['last', 'closed']);
  });

  it('tells a listener that comes after the close, unless it left again', async () => {
    const [a] = createPortPair();
    a.close();
    const seen: string[] = [];
    a.onClose(() => seen.push('late'));
    a.onClose(() => seen.push('left')).dispose();
    expect(seen).toEqual([]);
    await settle();
    expect(seen).toEqual(['late']);
  });

  it('refuses what is not a JSON-shaped value', () => {
    const [a] = createPortPair();
    expect(() => a.post(undefined)).toThrow(TypeError);
  });
});

describe('QueuePort', () => {
  it('loses no held message when a listener throws', async () => {
    const port = new QueuePort({ send: () => undefined, close: () => undefined });
    const got: unknown[] = [];
    const failures: unknown[] = [];
    const onRejection = (error: unknown): void => void failures.push(error);
    const outer = process.listeners('unhandledRejection');
    process.removeAllListeners('unhandledRejection');
    process.on('unhandledRejection', onRejection);
    try {
      port.receive('bad');
      port.receive('good');
      port.onMessage((message) => {
        if (message === 'bad') throw new Error('listener failed');
        got.push(message);
      });
      await settle();
    } finally {
      process.off('unhandledRejection', onRejection);
      for (const listener of outer) process.on('unhandledRejection', listener);
    }
    expect(got).toEqual(['good']);
    expect(failures).toHaveLength(1);
  });

  it('closes its carrier once', () => {
    const calls: string[] = [];
    const port = new QueuePort({
      send: () => undefined,
      close: () => calls.push('close'),
    });
    port.close();
    port.close();
    expect(calls).toEqual(['close']);
  });
});
