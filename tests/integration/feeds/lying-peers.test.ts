import { writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { EventInput } from '@shared/model/event';
import { english, type Message } from '@shared/text/message';
import { checkedCollector, checkOf } from '../../../src-main/core/telemetry/checked-source';
import { failureOf, feedUnderTest, told } from '../../helpers/feed';
import { needsProgram } from '../../helpers/needs';
import { untilUp } from '../../helpers/ports';
import { runToEnd, runWithInput, type Finished } from '../headless/support';
import { peerFolder, type Peer, type Shown } from './peers/peer';
import { programPeers } from './peers/programs';
import { servicePeers } from './peers/services';

// One table of lies, told over every transport by a real peer: each is shown as unconfirmed and said, and gone once it is over.
// What a lie is in all its kinds, by time too, is held over Modbus (lying-meter.test.ts): the check is the same for every feed.

const HONEST: Shown = { watts: 460, volts: 230, amps: 2.1 };
const RATED_W = 2_000;

interface Lie {
  readonly shown: Shown;
  readonly why: RegExp;
  readonly needsSign?: boolean;
}

const lies: readonly (readonly [name: string, lie: Lie])[] = [
  [
    'a power that goes out where nothing feeds back',
    { shown: { ...HONEST, watts: -460 }, why: /where nothing feeds back/, needsSign: true },
  ],
  ['a hundredfold', { shown: { ...HONEST, watts: 46_000 }, why: /its own 230 V and 2\.1 A|the rated power of 2,?000 W/ }],
];

/** Until a peer that is asked or told only now and then shows what it was set to. */
const PATIENCE = { timeout: 20_000, interval: 100 };

describe.each([...programPeers, ...servicePeers])('a meter that lies over $name', ({ needs, hasSign, make }) => {
  describe('of its power', needsProgram(needs.isThere, needs.program, needs.packages), () => {
    let peer: Peer;
    beforeAll(async () => {
      peer = await make();
      await peer.show(HONEST);
      await peer.start();
      const first = feedUnderTest(peer.kind, peer.settings);
      await untilUp(async () => {
        if (told(await first.read())[peer.power] !== HONEST.watts) throw new Error('it does not tell yet');
      });
      await first.close();
    });
    afterAll(() => peer.close());

    /** The feed as the core runs it; the check's clocks go ten seconds on with each reading. */
    function feed() {
      const events: EventInput[] = [];
      let passedMs = 0;
      const under = feedUnderTest(peer.kind, peer.settings);
      const collector = checkedCollector(
        under.collector,
        checkOf({ ratedW: RATED_W }, () => false),
        { wallMs: () => Date.now() + passedMs, monoMs: () => performance.now() + passedMs, onEvent: (event) => events.push(event) },
      );
      const read = async (): Promise<Record<string, number | null>> => {
        passedMs += 10_000;
        return told(await collector.read(AbortSignal.timeout(5_000)));
      };
      const doctor = async (): Promise<string> => english((await collector.doctor())[0]?.detail ?? '');
      const until = (key: string, value: number) => vi.waitFor(async () => expect((await read())[key]).toBe(value), PATIENCE);
      return { read, doctor, until, events, close: () => collector.close() };
    }

    it.each(lies.filter(([, { needsSign }]) => hasSign || needsSign !== true))('%s', async (_, { shown, why }) => {
      const meter = feed();
      await meter.until(peer.power, HONEST.watts);
      await peer.show(shown);
      await meter.until(`${peer.power} unconfirmed`, shown.watts);
      expect((await meter.read())[peer.power]).toBeNull();
      expect(await meter.doctor()).toMatch(why);
      await peer.show(HONEST);
      await meter.until(peer.power, HONEST.watts);
      const count = (kind: string): number => meter.events.filter((event) => event.kind === kind).length;
      expect(count('meter.implausible')).toBeGreaterThan(0);
      // It is believed again once it has been plausible for some readings.
      await vi.waitFor(async () => {
        await meter.read();
        expect(count('meter.plausible')).toBe(count('meter.implausible'));
      }, PATIENCE);
      expect(english(meter.events[0]?.text as Message)).toMatch(why);
      expect(await meter.doctor()).not.toMatch(why);
      await meter.close();
    });

    it('and tells the truth is read from its document in a terminal: once, and watched', async () => {
      const folder = peerFolder();
      const file = folder.file('feed.json');
      const data = ['--data', folder.file('data')];
      let hasSecret = false;
      // A document names its secrets.
      const settings: Record<string, unknown> = {};
      for (const [name, value] of Object.entries(peer.settings)) {
        const secret = typeof value === 'string' && value.startsWith('secret/') ? value.slice('secret/'.length) : null;
        settings[name] = secret === null ? value : name;
        hasSecret ||= secret !== null;
        if (secret !== null) expect(await runWithInput(`${secret}\n`, ['secrets', 'set', name, ...data])).toMatchObject({ code: 0 });
      }
      writeFileSync(file, JSON.stringify({ kind: peer.kind.id, settings }));
      const asked = (...words: string[]): Promise<Finished> => runToEnd(['feed', ...words, '--json', ...(hasSecret ? data : [])]);
      // Two of them at once, where no data folder with a secret is to be had by both.
      const first = asked('test', file);
      if (hasSecret) await first;
      const [tested, watched] = await Promise.all([first, asked('watch', file, '--seconds', '2')]);
      expect([tested.code, tested.err]).toEqual([0, '']);
      const { readings } = JSON.parse(tested.out) as { readings: { metric: string; value: number | null; unit: string }[] };
      expect(readings.find(({ metric }) => metric === peer.power)).toMatchObject({ value: HONEST.watts, unit: 'W' });
      expect(watched.code).toBe(0);
      expect(watched.out).toContain(`"value":${HONEST.watts}`);
      folder.remove();
    });

    it('and that is gone, says so, tells nothing meanwhile, and is read on when it is back', async () => {
      const meter = feed();
      await meter.until(peer.power, HONEST.watts);
      await peer.stop();
      // A connection that held the last word gives it no longer than that word is fresh.
      await vi.waitFor(async () => {
        const readings = await meter.read().catch(async (error: unknown) => ({ failed: await failureOf(Promise.reject(error)) }));
        expect('failed' in readings ? readings.failed : readings[peer.power] === null).toBeTruthy();
      }, PATIENCE);
      await peer.start();
      await meter.until(peer.power, HONEST.watts);
      expect(meter.events).toEqual([]);
      await meter.close();
    });
  });
});
