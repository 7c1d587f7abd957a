import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { shippedParams } from '../../../helpers/training-sources';
import type { Run } from '@shared/model/run';
import type { Reading } from '@shared/model/series';
import { RunRecord } from '../../../../src-main/core/jobs/run-record';
import { Redactor } from '../../../../src-main/core/secrets/redactor';
import type { RunEvent } from '../../../../src-main/core/jobs/state-machine';
import type { RunAppend } from '../../../../src-main/core/store/records/runs/runs';
import { unlabelled } from '../../../helpers/runs';

const NOW_MS = Date.UTC(2026, 10, 23, 12);
const run: Run = {
  id: 'r1',
  ...unlabelled,
  recipe: 'mnist-mlp',
  engine: 'wasm',
  engineUsed: null,
  params: shippedParams('mnist-mlp'),
  status: 'queued',
  createdAtMs: NOW_MS,
  startedAtMs: null,
  endedAtMs: null,
  failure: null,
  plan: null,
  progress: { epoch: 0, step: 0 },
  last: {},
  result: null,
  energy: null,
};
const batch = (...step: number[]): RunEvent => ({
  t: 'trainer',
  event: {
    t: 'scalars',
    step,
    atMs: step.map((n) => Date.now() + n / 10),
    values: {
      'train/loss': step.map((n) => 1 / n),
      'train/accuracy': step.map(() => 0.5),
      'train/loss_epoch': step.map(() => 1),
      'grad/norm': step.map(() => 'Infinity' as const),
    },
  },
});

const lossOf = (append: RunAppend | undefined): readonly number[] => append?.curves?.find(({ name }) => name === 'train/loss')?.step ?? [];

/** A record over a disk that can be full, with all it stored and said. */
function setUp() {
  const stored: { run: Run; append: RunAppend | undefined }[] = [];
  const published: RunAppend[] = [];
  const said: string[] = [];
  const readings: { atMs: number; readings: readonly Reading[] }[] = [];
  const disk = { full: false, seriesFull: false };
  const redactor = new Redactor();
  redactor.add('hub', 'hunter22');
  const record = new RunRecord(run, {
    writer: {
      runs: {
        save(saved, append) {
          if (disk.full) throw new Error('disk full');
          stored.push({ run: saved, append: structuredClone(append) });
        },
      },
    },
    logs: { append: () => undefined, flush: () => undefined, end: () => undefined },
    log: (level, text) => said.push(`${level}: ${text}`),
    redact: redactor.redactMessage,
    now: () => Date.now(),
    publish(_run, append) {
      if (append) published.push(structuredClone(append));
    },
    append(atMs, batchOf) {
      if (disk.seriesFull) throw new Error('disk full');
      readings.push({ atMs, readings: batchOf });
    },
  });
  const steps = (): number[] => stored.flatMap(({ append }) => lossOf(append));
  return { record, stored, published, said, readings, disk, steps };
}

beforeEach(() => void vi.useFakeTimers({ now: NOW_MS }));
afterEach(() => void vi.useRealTimers());

describe('writing', () => {
  it('gathers lines into one transaction four times a second, and does not wait at a change of status', () => {
    const { record, stored, steps } = setUp();
    record.apply({ t: 'launched' });
    expect(stored.map(({ run: { status } }) => status)).toEqual(['starting']);
    for (let i = 1; i <= 5; i++) record.apply(batch(i));
    expect(stored).toHaveLength(1);
    vi.advanceTimersByTime(250);
    expect(stored).toHaveLength(2);
    expect(steps()).toEqual([1, 2, 3, 4, 5]);
    record.apply(batch(6));
    record.apply({ t: 'stop' });
    expect(stored).toHaveLength(3);
    expect(lossOf(stored[2]?.append)).toEqual([6]);
    vi.advanceTimersByTime(10_000);
    expect(stored).toHaveLength(3);
  });

  it('leaves secrets out of why the run failed', () => {
    const { record, stored } = setUp();
    record.apply({ t: 'launch-failed', message: 'refused hunter22 at the hub' });
    expect(record.run.failure).toEqual({ code: 'launch-failed', message: 'refused [secret hub] at the hub' });
    expect(stored.map(({ run: { failure } }) => failure)).toEqual([record.run.failure]);
  });

  it('gives the last of what came as readings, at its time', () => {
    const { record, readings } = setUp();
    record.apply({ t: 'launched' });
    record.apply(batch(1, 2));
    record.apply(batch(3, 4));
    vi.advanceTimersByTime(250);
    expect(readings).toEqual([
      {
        atMs: NOW_MS,
        readings: [
          { device: 'run/r1', label: 'mnist-mlp r1', provenance: 'measured', metric: 'train.loss', value: 0.25 },
          { device: 'run/r1', label: 'mnist-mlp r1', provenance: 'measured', metric: 'train.accuracy', value: 0.5 },
          // The catalogue has no series for an epoch's mean; a name that it does not know brings its definition.
          {
            device: 'run/r1',
            label: 'mnist-mlp r1',
            provenance: 'measured',
            metric: 'grad/norm',
            definition: { name: 'grad/norm', unit: '', kind: 'gauge', digits: 4, range: null },
            value: null,
          },
        ],
      },
    ]);
  });
});

describe('a disk that cannot be written', () => {
  it('is said once, does not end the run, and gets everything when it is back', () => {
    const { record, published, said, disk, steps } = setUp();
    record.apply({ t: 'launched' });
    disk.full = true;
    for (let i = 1; i <= 40; i++) {
      record.apply(batch(i));
      vi.advanceTimersByTime(250);
    }
    expect(said).toEqual(['error: Run r1 goes on but cannot be stored: disk full']);
    expect(steps()).toEqual([]);
    // The page sees it all the same, and what it asks for anew is complete.
    expect(published.flatMap(lossOf)).toHaveLength(40);
    expect(lossOf(record.notStored)).toHaveLength(40);
    disk.full = false;
    vi.advanceTimersByTime(5000);
    record.apply(batch(41));
    vi.advanceTimersByTime(250);
    expect(steps()).toEqual(Array.from({ length: 41 }, (_, i) => i + 1));
    expect(said.at(-1)).toBe('info: Run r1 is stored again');
    expect(record.isUnsaved).toBe(false);
  });

  it('is tried again at once when the run ends, and later', () => {
    const { record, disk, stored } = setUp();
    record.apply({ t: 'launched' });
    disk.full = true;
    record.apply(batch(1));
    vi.advanceTimersByTime(250);
    record.apply({ t: 'exit', code: 0, signal: null, error: null });
    expect(record.isUnsaved).toBe(true);
    disk.full = false;
    expect(record.save(true)).toBe(true);
    expect(stored.at(-1)?.run.status).toBe('failed');
    expect(lossOf(stored.at(-1)?.append)).toEqual([1]);
  });

  it('does not let the readings stop the run', () => {
    const { record, disk, said, steps } = setUp();
    record.apply({ t: 'launched' });
    disk.seriesFull = true;
    record.apply(batch(1));
    vi.advanceTimersByTime(250);
    expect(steps()).toEqual([1]);
    expect(said).toEqual(['warn: Readings of run r1 were not taken: disk full']);
  });
});
