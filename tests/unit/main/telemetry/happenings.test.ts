import { afterEach, describe, expect, it } from 'vitest';
import type { EventInput } from '@shared/model/event';
import { english } from '@shared/text/message';
import { createTelemetry, type Telemetry } from '../../../../src-main/core/telemetry/telemetry';
import { doctorOf } from '../../../helpers/messages';
import { FakeCollector, load, never } from './fake-collector';
import { ManualClock } from './manual-clock';
import { MemoryWriter } from './memory-writer';

let telemetry: Telemetry | null = null;
let clock = new ManualClock();
afterEach(async () => {
  const closed = telemetry?.close();
  // A read that hangs is waited for, by this clock.
  await clock.advance(10_000);
  await closed;
  telemetry = null;
});

function setUp(collectors: readonly FakeCollector[], expected: readonly string[] = []) {
  clock = new ManualClock();
  const writer = new MemoryWriter();
  const events: EventInput[] = [];
  telemetry = createTelemetry({
    writer,
    collectors: [],
    clock,
    log: () => undefined,
    onEvent: (event) => events.push(event),
  });
  for (const collector of collectors)
    telemetry.addCollector(collector, { name: `the ${collector.id}`, expected: expected.includes(collector.id) });
  telemetry.start();
  const told = (): (readonly [string, string, string])[] => events.map(({ kind, device, text }) => [kind, device, english(text)]);
  return { writer, events, told, telemetry };
}

describe('a source that gives nothing', () => {
  it('is told of once after half a minute, and once when it answers again', async () => {
    const meter = new FakeCollector('meter');
    const { told } = setUp([meter]);
    await clock.advance(2_000);
    meter.onRead = () => Promise.reject(new Error('no route to host'));
    await clock.advance(20_000);
    expect(told()).toEqual([]);
    await clock.advance(120_000);
    expect(told()).toEqual([
      ['collector.failing', 'collector/meter', expect.stringMatching(/^the meter has given nothing for 3\d s: no route to host$/)],
    ]);
    meter.onRead = async () => [load(1, 'meter')];
    await clock.advance(60_000);
    expect(told()[1]).toEqual([
      'collector.recovered',
      'collector/meter',
      expect.stringMatching(/^the meter answers again, after 1[3-7]\d s$/),
    ]);
    await clock.advance(60_000);
    expect(told()).toHaveLength(2);
  });

  it('is told of when it hangs, and when a person asked for it, though it never answered; else not', async () => {
    const [hung, absent, wanted] = [new FakeCollector('hung'), new FakeCollector('absent'), new FakeCollector('wanted')];
    const refuse = (): Promise<never> => Promise.reject(new Error('refused'));
    [absent.onRead, wanted.onRead] = [refuse, refuse];
    const { told } = setUp([hung, absent, wanted], ['wanted']);
    await clock.advance(1_500);
    hung.onRead = never;
    await clock.advance(60_000);
    expect(
      told()
        .map(([kind, device]) => `${kind} ${device}`)
        .sort(),
    ).toEqual(['collector.failing collector/hung', 'collector.failing collector/wanted']);
  });
});

describe('the recording', () => {
  it('that stops and goes on is told of, with what was lost', async () => {
    const { writer, told, events } = setUp([new FakeCollector('a')]);
    await clock.advance(2_000);
    writer.full = true;
    await clock.advance(30_000);
    writer.full = false;
    await clock.advance(30_000);
    expect(told().map(([kind, device]) => [kind, device])).toEqual([
      ['recording.stopped', 'recording'],
      ['recording.resumed', 'recording'],
    ]);
    expect(told()[1]?.[2]).toBe('recording works again; nothing was lost');
    expect(events[1]?.values).toEqual({ lost: 0 });
  });
});

describe('the wall clock', () => {
  it('that is set is told of by how much; a sleep is none', async () => {
    const { told, events } = setUp([new FakeCollector('a')]);
    await clock.advance(3_000);
    clock.sleep(3_600_000);
    await clock.advance(3_000);
    expect(told()).toEqual([]);
    clock.setWall(clock.wallMs() - 7_200_000);
    await clock.advance(3_000);
    clock.setWall(clock.wallMs() + 60_000);
    await clock.advance(3_000);
    expect(told()).toEqual([
      ['clock.set', 'host', 'the clock of this machine was set back by 7200 s'],
      ['clock.set', 'host', 'the clock of this machine was set ahead by 60 s'],
    ]);
    expect(events.map(({ values }) => values?.['byMs'])).toEqual([-7_200_000, 60_000]);
  });
});

describe('collectors of a telemetry under way', () => {
  it('are added, give their series and their lines of the doctor, and end both when removed', async () => {
    const { writer, telemetry: t } = setUp([new FakeCollector('first')]);
    await clock.advance(2_500);
    const second = new FakeCollector('second');
    t.addCollector(second);
    expect(() => t.addCollector(new FakeCollector('second'))).toThrow('there is a collector second');
    await clock.advance(3_000);
    expect(t.states().map(({ id, state }) => [id, state])).toEqual([
      ['first', 'ok'],
      ['second', 'ok'],
    ]);
    expect((await doctorOf(t)).map(({ id }) => id)).toContain('sensor.second');
    const before = writer.stored('second', 'cpu.load');
    expect(before.map(([, value]) => value)).toEqual([1, 2, 3]);

    await t.removeCollector('second');
    await t.removeCollector('second');
    expect(second.closed).toBe(1);
    await clock.advance(3_000);
    expect(second.reads).toBe(3);
    expect(writer.stored('second', 'cpu.load').map(([, value]) => value)).toEqual([1, 2, 3, null]);
    expect(t.latest('second', 'cpu.load')?.value).toBeNull();
    expect((await doctorOf(t)).map(({ id }) => id)).not.toContain('sensor.second');
    expect(writer.stored('first', 'cpu.load')).toHaveLength(9);
  });

  it('that hang are removed all the same, and what they answer late is not heard', async () => {
    const stuck = new FakeCollector('stuck');
    let answer: (readings: ReturnType<typeof load>[]) => void = () => undefined;
    stuck.onRead = () => new Promise((resolve) => (answer = resolve));
    const { writer, telemetry: t } = setUp([stuck]);
    await clock.advance(1_000);
    const removed = t.removeCollector('stuck');
    expect(t.states()).toEqual([]);
    expect(stuck.aborted).toBe(1);
    await clock.advance(6_000);
    await removed;
    answer([load(5, 'stuck')]);
    await clock.advance(2_000);
    expect(writer.stored('stuck', 'cpu.load')).toEqual([]);
  });
});
