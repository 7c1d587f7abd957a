import { describe, expect, it } from 'vitest';
import { noLauncher } from '../../../helpers/no-launcher';
import { coreServices } from '../../../../src-main/core/core';
import type { CoreOptions } from '../../../../src-main/core/options';
import { defineService, startOrder, startServices, type AnyService, type ServiceContext } from '../../../../src-main/core/service';

const options: CoreOptions = {
  dataDir: '/nowhere',
  resourcesDir: '/nowhere',
  enginesDir: '/nowhere',
  readerWorker: '/nowhere',
  launcher: noLauncher,
  runtime: 'headless',
  version: '0.0.0',
};

function witness() {
  const seen: string[] = [];
  const logged: string[] = [];
  const context: ServiceContext = { options, log: (level, text) => void logged.push(`${level} ${text}`) };
  /** A service that tells of each step of its life. */
  const telling = <Name extends string, const Needs extends readonly AnyService[]>(name: Name, needs: Needs) =>
    defineService({
      name,
      needs,
      start(_, { onBegin, onEnd, onStop }) {
        seen.push(`start ${name}`);
        onBegin(() => void seen.push(`begin ${name}`));
        onEnd(() => void seen.push(`end ${name}`));
        onStop(() => void seen.push(`stop ${name}`));
        return { name };
      },
    });
  return { seen, logged, context, telling };
}

describe('the order of services', () => {
  it('puts each after what it needs, else as they are listed', () => {
    const { telling } = witness();
    const store = telling('store', []);
    const settings = telling('settings', [store]);
    const meter = telling('meter', [store, settings]);
    const api = telling('api', [meter]);
    const other = telling('other', []);
    expect(startOrder([api, other, meter, settings, store]).map(({ name }) => name)).toEqual([
      'store',
      'settings',
      'meter',
      'api',
      'other',
    ]);
  });

  it('names a circle, a need that is not listed, and a name that is there twice', () => {
    const { telling } = witness();
    const c: AnyService = { name: 'c', needs: [], start: () => null };
    const a = telling('a', [c]);
    const b = telling('b', [a]);
    expect(() => startOrder([a, b, { ...c, needs: [b] }])).toThrow('services need each other in a circle: a → c → b → a');
    expect(() => startOrder([a])).toThrow('the service "a" needs "c", which is not on the list');
    expect(() => startOrder([a, b, c, telling('b', [])])).toThrow('two services are called "b"');
  });

  it('of the core itself can be made from any order of its list', () => {
    for (const list of [coreServices, [...coreServices].reverse()]) {
      const names = startOrder(list).map(({ name }) => name);
      expect(names).toHaveLength(coreServices.length);
      for (const { name, needs } of coreServices) {
        for (const need of needs) expect(names.indexOf(need.name), `${need.name} before ${name}`).toBeLessThan(names.indexOf(name));
      }
    }
  });
});

describe('services', () => {
  it('start after what they need, begin when all have started, end and then stop in reverse', async () => {
    const { seen, context, telling } = witness();
    const store = telling('store', []);
    const meter = telling('meter', [store]);
    const api = telling('api', [store, meter]);
    const running = await startServices([api, meter, store], context);
    expect(running.names).toEqual(['store', 'meter', 'api']);
    expect(running.get(meter).name).toBe('meter');
    expect(seen).toEqual(['start store', 'start meter', 'start api', 'begin store', 'begin meter', 'begin api']);
    seen.length = 0;
    await Promise.all([running.close(), running.close()]);
    expect(seen).toEqual(['end api', 'end meter', 'end store', 'stop api', 'stop meter', 'stop store']);
  });

  it('get what they need by name, also where another service has that name', async () => {
    const { context } = witness();
    const clock = defineService({ name: 'clock', needs: [], start: () => ({ now: () => 1 }) });
    const reading = defineService({ name: 'reading', needs: [clock], start: ({ clock: given }) => given.now() + 1 });
    expect((await startServices([clock, reading], context)).get(reading)).toBe(2);
    const later = defineService({ name: 'clock', needs: [], start: () => ({ now: () => 10 }) });
    expect((await startServices([later, reading], context)).get(reading)).toBe(11);
  });

  it('leave nothing behind when one fails to start or to begin, whatever it had begun by then', async () => {
    const { seen, context, telling } = witness();
    const store = telling('store', []);
    const broken = defineService({
      name: 'broken',
      needs: [store],
      start(_, { onStop }) {
        onStop(() => void seen.push('stop half'));
        throw new Error('no disk');
      },
    });
    await expect(startServices([store, broken, telling('last', [store])], context)).rejects.toThrow('no disk');
    expect(seen).toEqual(['start store', 'end store', 'stop half', 'stop store']);

    seen.length = 0;
    const late = defineService({
      name: 'late',
      needs: [store],
      start: (_, { onBegin }) => onBegin(() => Promise.reject(new Error('no sun'))),
    });
    await expect(startServices([store, late, telling('last', [late])], context)).rejects.toThrow('no sun');
    expect(seen).toEqual(['start store', 'start last', 'begin store', 'end last', 'end store', 'stop last', 'stop store']);
  });

  it('stop all of them even where some fail to, and say which', async () => {
    const { seen, logged, context, telling } = witness();
    const store = telling('store', []);
    const stuck = defineService({
      name: 'stuck',
      needs: [store],
      start(_, { onEnd, onStop }) {
        onEnd(() => Promise.reject(new Error('will not end')));
        onStop(() => {
          throw new Error('will not stop');
        });
      },
    });
    const running = await startServices([store, stuck], context);
    await expect(running.close()).rejects.toThrow('several services could not be stopped');
    expect(seen.slice(-2)).toEqual(['end store', 'stop store']);
    expect(logged).toEqual([
      'error stuck could not be stopped: Error: will not end',
      'error stuck could not be stopped: Error: will not stop',
    ]);
  });

  it('that wait for the store to be closed are stopped after it', async () => {
    const { seen, context, telling } = witness();
    const after = defineService({ name: 'after', needs: [], start: (_, { onStop }) => ({ run: (work: () => void) => onStop(work) }) });
    const store = telling('store', [after]);
    const imports = defineService({
      name: 'imports',
      needs: [store, after],
      start: ({ after: closed }) => closed.run(() => void seen.push('settled')),
    });
    const running = await startServices([after, store, imports], context);
    await running.close();
    expect(seen.slice(-2)).toEqual(['stop store', 'settled']);
  });
});
