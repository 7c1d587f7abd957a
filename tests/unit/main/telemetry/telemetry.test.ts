import { afterEach, describe, expect, it } from 'vitest';
import type { Reading } from '@shared/model/series';
import { createTelemetry, type Deriver, type Telemetry } from '../../../../src-main/core/telemetry/telemetry';
import { doctorOf } from '../../../helpers/messages';
import { telemetryFrame } from '../../../helpers/telemetry-frame';
import { FakeCollector, load, never } from './fake-collector';
import { ManualClock } from './manual-clock';
import { MemoryWriter } from './memory-writer';

let telemetry: Telemetry | null = null;

function setUp(collectors: readonly FakeCollector[], derive?: Deriver) {
  const clock = new ManualClock();
  const writer = new MemoryWriter();
  const logged: string[] = [];
  telemetry = createTelemetry({
    writer,
    collectors,
    clock,
    log: (level, text) => logged.push(`${level} ${text}`),
  });
  if (derive) telemetry.addDeriver('test', derive);
  return { clock, writer, logged, telemetry };
}

afterEach(async () => {
  await telemetry?.close();
  telemetry = null;
});

const power = (device: string, value: number | null, provenance: Reading['provenance'] = 'measured'): Reading => ({
  device,
  label: device,
  metric: 'gpu.power',
  provenance,
  value,
});
const sum: Deriver = ({ readings }) => [
  {
    device: 'host',
    label: 'Host',
    metric: 'it.power',
    provenance: 'derived',
    value: readings.reduce((total, { metric, value }) => total + (metric === 'gpu.power' ? (value ?? 0) : 0), 0),
  },
];

describe('createTelemetry', () => {
  it('commits derived values in the same transaction as the tick they come from', async () => {
    const a = new FakeCollector('a');
    a.onRead = async () => [power('gpu0', 100), power('gpu1', 50)];
    const { clock, writer, telemetry: t } = setUp([a], sum);
    t.start();
    await clock.advance(0);
    expect(writer.commits).toHaveLength(1);
    expect(writer.commits[0]).toHaveLength(3);
    expect(t.latest('host', 'it.power')).toEqual({
      device: 'host',
      label: 'Host',
      value: 150,
      provenance: 'derived',
      atMs: clock.wallMs(),
    });
  });

  it('derives from the readings in force: those of a source between two answers count, those of one that failed do not', async () => {
    const [often, seldom] = [new FakeCollector('often'), new FakeCollector('seldom', 5000)];
    often.onRead = async () => [power('gpu0', 10)];
    seldom.onRead = async () => {
      if (seldom.reads > 1) throw new Error('gone');
      return [power('gpu1', 5)];
    };
    const { clock, writer, telemetry: t } = setUp([often, seldom], sum);
    t.start();
    await clock.advance(7_500);
    expect(writer.stored('host', 'it.power').map(([, value]) => value)).toEqual([15, 15, 15, 15, 15, 10, 10, 10]);
  });

  it('goes on without derived values when their arithmetic throws, says so once, and draws the gap', async () => {
    const a = new FakeCollector('a');
    let broken = false;
    const {
      clock,
      writer,
      logged,
      telemetry: t,
    } = setUp([a], (tick) => {
      if (broken) throw new Error('division by nothing');
      return sum(tick);
    });
    t.start();
    await clock.advance(1_500);
    broken = true;
    await clock.advance(3_000);
    broken = false;
    await clock.advance(1_000);
    expect(writer.stored('host', 'it.power').map(([, value]) => value)).toEqual([0, 0, null, 0]);
    expect(writer.stored('a', 'cpu.load')).toHaveLength(6);
    expect(logged).toEqual(['error values derived by test are missing: division by nothing']);
  });

  it('tells of several ways to know a quantity the one with a value, the newest, the best', () => {
    const { telemetry: t, clock } = setUp([]);
    const at = clock.wallMs();
    t.append(at, [power('gpu0', 1, 'modelled'), power('gpu0', 2, 'measured'), power('gpu1', 7, 'simulated')]);
    expect(t.latestAll('gpu.power').map(({ device, value }) => [device, value])).toEqual([
      ['gpu0', 2],
      ['gpu1', 7],
    ]);
    t.append(at + 1000, [power('gpu0', null, 'measured')]);
    expect(t.latest('gpu0', 'gpu.power')).toMatchObject({ value: 1, provenance: 'modelled' });
    t.append(at + 1000, [power('gpu0', null, 'modelled')]);
    expect(t.latest('gpu0', 'gpu.power')?.value).toBeNull();
    expect(t.latest('gpu9', 'gpu.power')).toBeNull();
  });

  it('gives the backlog in frames whose NaNs are gaps', async () => {
    const [a, b] = [new FakeCollector('a'), new FakeCollector('b', 2000)];
    a.onRead = async () => [load(a.reads === 2 ? null : a.reads, 'a')];
    const { clock, telemetry: t } = setUp([a, b]);
    const start = clock.wallMs();
    const at = (...seconds: number[]): number[] => seconds.map((s) => start + s * 1000);
    t.start();
    await clock.advance(3_500);
    expect(t.backlog(0, null)).toEqual([telemetryFrame(at(0, 1, 2, 3), [1], [[1, null, 3, 4]]), telemetryFrame(at(0, 2), [2], [[1, 2]])]);
    expect(t.backlog(start + 2500, [1])).toEqual([telemetryFrame(at(3), [1], [[4]])]);
    expect(t.backlog(0, [99])).toEqual([]);
  });

  it('corrects what a collector says of itself by what was seen of it, and survives a doctor that throws or hangs', async () => {
    const [hung, failing, silent, broken, fine] = ['hung', 'failing', 'silent', 'broken', 'fine'].map((id) => new FakeCollector(id)) as [
      FakeCollector,
      FakeCollector,
      FakeCollector,
      FakeCollector,
      FakeCollector,
    ];
    hung.onRead = never;
    failing.onRead = () => Promise.reject(new Error('EIO'));
    silent.doctor = never;
    broken.doctor = () => Promise.reject(new Error('no doctor'));
    const { clock, telemetry: t } = setUp([hung, failing, silent, broken, fine]);
    t.start();
    await clock.advance(6_000);
    const asked = doctorOf(t);
    await clock.advance(6_000);
    expect((await asked).map(({ id, state, detail }) => [id, state, detail])).toEqual([
      ['sensor.hung', 'failing', 'hung: no answer within 5 s'],
      ['sensor.failing', 'failing', 'EIO'],
      ['sensor.silent', 'failing', 'no answer within 5 s'],
      ['sensor.broken', 'failing', 'no doctor'],
      ['sensor.fine', 'works', 'fine'],
      ['storage.recording', 'works', 'one transaction a second'],
    ]);
    const closing = t.close();
    await clock.advance(5_000);
    await closing;
  });

  it('shows in the doctor that nothing is recorded, with the way out', async () => {
    const a = new FakeCollector('a');
    const { clock, writer, telemetry: t } = setUp([a]);
    t.start();
    await clock.advance(1_500);
    writer.full = true;
    await clock.advance(2_000);
    const item = (await doctorOf(t)).find(({ id }) => id === 'storage.recording');
    expect(item).toMatchObject({
      state: 'failing',
      repair: 'Free space on the disk that holds the data folder; recording resumes by itself.',
    });
    expect(item?.detail).toContain('the disk is full; live values go on; waiting in memory: 2 samples; lost: 0 samples');
  });

  it('waits at both of two closes and ticks no more', async () => {
    const a = new FakeCollector('a');
    const { clock, writer, telemetry: t } = setUp([a]);
    t.start();
    await clock.advance(500);
    await Promise.all([t.close(), t.close()]);
    await clock.advance(5_000);
    expect(writer.commits).toHaveLength(1);
    expect(a.closed).toBe(1);
    expect(clock.pending).toBe(0);
  });
});
