import { afterEach, describe, expect, it } from 'vitest';
import type { Reading } from '@shared/model/series';
import type { ColumnSource } from '../../../../src-main/core/telemetry/columns';
import { Scheduler } from '../../../../src-main/core/telemetry/scheduler';
import { createTelemetry, type Telemetry } from '../../../../src-main/core/telemetry/telemetry';
import { doctorOf } from '../../../helpers/messages';
import { FakeCollector, load } from './fake-collector';
import { ManualClock } from './manual-clock';
import { MemoryWriter } from './memory-writer';
import type { SeriesChange } from '../../../../src-main/core/telemetry/ingest';

let telemetry: Telemetry | null = null;
afterEach(async () => {
  await telemetry?.close();
  telemetry = null;
});

const fail = (): never => {
  throw new Error('it broke');
};

function setUp(collectors: readonly FakeCollector[], columns: readonly ColumnSource[] = []) {
  const clock = new ManualClock();
  const writer = new MemoryWriter();
  const logged: string[] = [];
  const made = createTelemetry({ writer, collectors, columns, clock, log: (level, text) => logged.push(`${level} ${text}`) });
  telemetry = made;
  return { clock, writer, logged, telemetry: made };
}

/** A source that answers, and one whose further methods all throw. */
function soundAndBroken(): { sound: FakeCollector; broken: FakeCollector } {
  const [sound, broken] = [new FakeCollector('sound'), new FakeCollector('broken')];
  return { sound, broken: Object.assign(broken, { between: fail, doctor: fail, gpuProcesses: fail, processes: fail }) };
}

describe('a collector that throws', () => {
  it('between two ticks costs neither the tick, nor its own readings, nor the others; it is said once, and in the doctor', async () => {
    const { sound, broken } = soundAndBroken();
    broken.doctor = async () => broken.items;
    const { clock, writer, logged, telemetry: t } = setUp([broken, sound]);
    t.start();
    await clock.advance(3_500);
    for (const id of ['sound', 'broken']) expect(writer.stored(id, 'cpu.load')).toHaveLength(4);
    expect(logged.filter((line) => line.includes('it broke'))).toHaveLength(1);
    const asked = doctorOf(t);
    expect(await asked).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ id: 'sensor.broken', state: 'failing', detail: 'it broke' }),
        expect.objectContaining({ id: 'sensor.sound', state: 'works' }),
      ]),
    );
  });

  it('in its doctor or its lists of processes leaves the others theirs', async () => {
    const { sound, broken } = soundAndBroken();
    const other = Object.assign(sound, {
      gpuProcesses: () => [{ device: 'gpu0', pid: 7, name: 'train', memoryBytes: 1 }],
      processes: () => [],
    });
    const { clock, telemetry: t } = setUp([broken, other]);
    t.start();
    await clock.advance(1_500);
    expect(t.gpuProcesses()).toHaveLength(1);
    expect(t.processes()).toEqual([]);
    expect((await doctorOf(t)).map(({ id, state }) => `${id} ${state}`)).toEqual(
      expect.arrayContaining(['sensor.broken failing', 'sensor.sound works']),
    );
  });
});

describe('a source of columns that throws', () => {
  const key = { device: 'hall', label: 'hall', metric: 'cpu.load', provenance: 'simulated' } as const;
  it.each(['read', 'happened', 'doctor'] as const)('in %s costs no tick of the others', async (method) => {
    const source: ColumnSource = {
      id: 'hall',
      keys: [key],
      read: (values) => void values.fill(1),
      happened: () => [],
      doctor: () => [],
      [method]: fail,
    };
    const sound = new FakeCollector('sound');
    const { clock, writer, telemetry: t } = setUp([sound], [source]);
    t.start();
    await clock.advance(2_500);
    expect(writer.stored('sound', 'cpu.load')).toHaveLength(3);
    expect((await doctorOf(t)).map(({ id }) => id)).toContain('sensor.sound');
  });
});

describe('a listener that throws', () => {
  it.each(['onBatch', 'onSeries', 'onStates'] as const)('to %s costs neither the ticks nor the other listeners', async (name) => {
    const sound = new FakeCollector('sound');
    const { clock, writer, logged, telemetry: t } = setUp([sound]);
    let heard = 0;
    t[name](fail);
    t.onBatch(() => heard++);
    t.start();
    await clock.advance(2_500);
    expect(heard).toBe(3);
    expect(writer.stored('sound', 'cpu.load')).toHaveLength(3);
    expect(logged.some((line) => line.includes('it broke'))).toBe(true);
  });
});

describe('a tick that throws, or a clock set back in vain', () => {
  it('is said, and the next ones come', async () => {
    const clock = new ManualClock();
    const logged: string[] = [];
    let ticks = 0;
    const onTick = (): void => {
      ticks++;
      if (ticks === 2) fail();
    };
    const scheduler = new Scheduler({
      collectors: [new FakeCollector('sound')],
      clock,
      log: (_, text) => logged.push(text),
      onTick,
      onSetBack: fail,
    });
    scheduler.start();
    await clock.advance(2_500);
    clock.setWall(clock.wallMs() - 10_000);
    await clock.advance(2_000);
    await scheduler.close();
    expect(ticks).toBeGreaterThan(4);
    expect(logged.filter((text) => text === 'a tick failed: it broke')).toHaveLength(2);
  });
});

describe('forgetting a device', () => {
  it('takes its series out of the list, the memory and what waits for the disk, and tells; the same series may come anew', async () => {
    const sound = new FakeCollector('sound');
    const { clock, writer, telemetry: t } = setUp([sound]);
    const loss = (value: number): Reading => ({ device: 'run/r1', label: 'r1', metric: 'train.loss', provenance: 'measured', value });
    t.start();
    await clock.advance(500);
    t.append(clock.wallMs(), [loss(2)]);
    writer.full = true;
    t.append(clock.wallMs() + 10, [loss(1)]);
    const [run] = t.listSeries().filter(({ device }) => device === 'run/r1');
    const lists: SeriesChange[] = [];
    t.onSeries((change) => lists.push(change));

    writer.series.splice(
      writer.series.findIndex(({ device }) => device === 'run/r1'),
      1,
    );
    t.forgetDevice('run/r1');
    expect(lists).toEqual([{ changed: [], removed: [run?.id] }]);
    expect(t.listSeries().map(({ device }) => device)).toEqual(['sound']);
    expect(t.latestAll('train.loss')).toEqual([]);
    expect(t.backlog(0, null).flatMap(({ seriesIds }) => seriesIds)).not.toContain(run?.id);
    t.forgetDevice('run/r1');
    expect(lists).toHaveLength(1);

    writer.full = false;
    await clock.advance(10_000);
    expect(writer.commits.flat().filter(({ seriesId, value }) => seriesId === run?.id && value === 1)).toEqual([]);
    t.append(clock.wallMs(), [loss(3)]);
    expect(t.latest('run/r1', 'train.loss')?.value).toBe(3);
  });

  it('leaves the readings of others alone', async () => {
    const two = new FakeCollector('two');
    two.onRead = async () => [load(1, 'a'), load(2, 'b')];
    const { clock, telemetry: t } = setUp([two]);
    t.start();
    await clock.advance(500);
    t.forgetDevice('a');
    expect(t.latest('b', 'cpu.load')?.value).toBe(2);
  });
});
