import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { AppError } from '@shared/contract/errors';
import { quantity } from '@shared/model/provenance';
import type { Run, RunEnergy } from '@shared/model/run';
import { curvesIn } from '../../helpers/curves';
import { RunLogs } from '../../../src-main/core/jobs/log/run-logs';
import { logFolder } from '../../../src-main/core/jobs/run-folders';
import type { RunAppend } from '../../../src-main/core/store/records/runs/runs';
import type { StoreWriter } from '../../../src-main/core/store/types';
import { temporaryFolder, testRun, testWriter } from '../store/support/stores';
import { defaults, ended, fakeTrainer, reached, startRun, testJobs } from './support';

const energy: RunEnergy = {
  basis: 'samples',
  lines: [],
  itJ: quantity(120, 'J', 'modelled'),
  aboveIdleJ: quantity(40, 'J', 'modelled'),
  idleJ: quantity(80, 'J', 'modelled'),
  infrastructureJ: quantity(30, 'J', 'modelled'),
  facilityJ: quantity(150, 'J', 'modelled'),
  meanItW: quantity(60, 'W', 'modelled'),
  peakItW: quantity(70, 'W', 'modelled'),
  jPerSample: quantity(0.01, 'J', 'modelled'),
  cost: quantity(0.0001, 'EUR', 'modelled'),
  co2eKg: quantity(0.0002, 'kg', 'modelled'),
  spanMs: 2000,
  inconsistentMs: 0,
  allocated: null,
  excludedDevices: [],
  pricePerKwh: 0.3,
  currency: 'EUR',
  gridKgPerKwh: 0.4,
  final: false,
};

describe('the queue', () => {
  it('runs one after another, in the order they came', async () => {
    const { jobs } = testJobs(fakeTrainer('good'));
    const story: string[] = [];
    jobs.onRun((run) => story.push(`${run.id} ${run.status}`));
    const ids = [startRun(jobs), startRun(jobs), startRun(jobs)];
    const [first = '', second = '', third = ''] = ids;
    expect(ids.map((id) => jobs.get(id)?.status)).toEqual(['queued', 'queued', 'queued']);
    await ended(jobs, third);
    expect(ids.map((id) => jobs.get(id)?.status)).toEqual(['succeeded', 'succeeded', 'succeeded']);
    expect(story.indexOf(`${first} succeeded`)).toBeLessThan(story.indexOf(`${second} starting`));
    expect(story.indexOf(`${second} succeeded`)).toBeLessThan(story.indexOf(`${third} starting`));
    // Nothing of them is held any more: what is asked of them is in the database.
    await expect.poll(() => ids.map((id) => jobs.held(id))).toEqual([null, null, null]);
    expect(jobs.living()).toEqual([]);
  });

  it('runs as many at once as it may', async () => {
    const { jobs } = testJobs(fakeTrainer('patient'), { maxRunning: 2 });
    const [first, second, third] = [startRun(jobs), startRun(jobs), startRun(jobs)];
    await Promise.all([first, second].map((id) => reached(jobs, id, (run) => run.status === 'running')));
    expect(jobs.get(third)?.status).toBe('queued');
    jobs.stop(first);
    await reached(jobs, third, (run) => run.status === 'running');
    expect(jobs.get(second)?.status).toBe('running');
  });

  it('lets a waiting run be stopped without having started it', async () => {
    const { jobs } = testJobs(fakeTrainer('patient'));
    const first = startRun(jobs);
    const second = startRun(jobs);
    await reached(jobs, first, (run) => run.status === 'running');
    jobs.stop(second);
    expect(jobs.get(second)).toMatchObject({ status: 'stopped', startedAtMs: null });
    jobs.stop(second);
    expect(jobs.get(second)?.status).toBe('stopped');
  });

  it('refuses what a recipe cannot take, before anything is stored', () => {
    const { jobs, writer } = testJobs(fakeTrainer('good'));
    expect(() => startRun(jobs, { epochs: 0 })).toThrow(
      expect.objectContaining({ code: 'invalid-input', message: expect.stringContaining('epochs') as string }),
    );
    expect(() => startRun(jobs, { learningRate: Number.NaN })).toThrow(expect.objectContaining({ code: 'invalid-input' }));
    expect(writer.runs.list()).toEqual([]);
  });

  it('refuses a run that cannot be stored', () => {
    const writer = testWriter();
    const save = (): never => {
      throw new AppError('storage-full', 'no space');
    };
    const full: StoreWriter = { ...writer, runs: { ...writer.runs, save } };
    const { jobs } = testJobs(fakeTrainer('good'), { writer: full });
    expect(() => startRun(jobs)).toThrow(expect.objectContaining({ code: 'storage-full' }));
    expect(jobs.living()).toEqual([]);
  });
});

describe('runs that wait when the core ends', () => {
  /** Two runs that were queued and one under way when the core closed. */
  async function closedWithQueue(): Promise<{ dataDir: string; first: string; waiting: string[] }> {
    const dataDir = temporaryFolder();
    const writer = testWriter(dataDir);
    const { jobs } = testJobs(fakeTrainer('patient'), { writer });
    const first = startRun(jobs);
    const waiting = [startRun(jobs), startRun(jobs, { seed: 7 })];
    await reached(jobs, first, (run) => run.status === 'running');
    await jobs.close();
    writer.close();
    return { dataDir, first, waiting };
  }

  it('wait on, and begin in their order at the next start, before what comes then', async () => {
    const { dataDir, first, waiting } = await closedWithQueue();
    const { jobs } = testJobs(fakeTrainer('good'), { writer: testWriter(dataDir) });
    expect(jobs.get(first)?.status).toBe('stopped');
    expect(waiting.map((id) => jobs.get(id)?.status)).toEqual(['queued', 'queued']);
    const story: string[] = [];
    jobs.onRun(({ id, status }) => story.push(`${id} ${status}`));
    const late = startRun(jobs);
    void jobs.recover(true);
    await ended(jobs, late);
    const begun = story.filter((line) => line.endsWith(' starting')).map((line) => line.split(' ')[0]);
    expect(begun).toEqual([...waiting, late]);
    expect(waiting.map((id) => jobs.get(id)?.status)).toEqual(['succeeded', 'succeeded']);
    expect(jobs.get(waiting[1] ?? '')?.params).toEqual({ ...defaults, seed: 7 });
  });

  it('wait for a core that resumes them: until then they can be stopped, and deleted', async () => {
    const { dataDir, waiting } = await closedWithQueue();
    const { jobs, writer } = testJobs(fakeTrainer('good'), { writer: testWriter(dataDir) });
    await ended(jobs, startRun(jobs));
    expect(waiting.map((id) => jobs.get(id)?.status)).toEqual(['queued', 'queued']);
    const [one = '', other = ''] = waiting;
    jobs.stop(one);
    jobs.delete(one);
    void jobs.recover(true);
    await ended(jobs, other);
    expect(writer.runs.get(one)).toBeNull();
    expect(jobs.get(other)?.status).toBe('succeeded');
  });

  it('that this version cannot start fail with a reason, and those behind them begin', async () => {
    const dataDir = temporaryFolder();
    const before = testWriter(dataDir);
    before.runs.save(testRun({ id: 'foreign', recipe: 'cifar-cnn', createdAtMs: 1 }));
    before.runs.save(testRun({ id: 'too-many', params: { ...defaults, epochs: 1e9 }, createdAtMs: 2 }));
    before.runs.save(testRun({ id: 'known', createdAtMs: 3 }));
    before.close();
    const { jobs } = testJobs(fakeTrainer('good'), { writer: testWriter(dataDir) });
    void jobs.recover(true);
    expect((await ended(jobs, 'known')).status).toBe('succeeded');
    for (const id of ['foreign', 'too-many'])
      expect(jobs.get(id)).toMatchObject({
        status: 'failed',
        failure: { code: 'launch-failed', message: { id: 'message.run.foreignRecipe' } },
      });
  });
});

describe('deleting', () => {
  it('is refused while the run is not final, and takes everything of it afterwards', async () => {
    const { jobs, writer } = testJobs(fakeTrainer('patient'));
    const deleted: string[] = [];
    jobs.onDeleted((id) => deleted.push(id));
    const id = startRun(jobs);
    await reached(jobs, id, (run) => run.status === 'running');
    expect(() => jobs.delete(id)).toThrow(expect.objectContaining({ code: 'conflict' }));
    jobs.stop(id);
    await ended(jobs, id);
    jobs.delete(id);
    expect(deleted).toEqual([id]);
    expect([jobs.get(id), writer.runs.get(id)]).toEqual([null, null]);
    for (const ask of [() => jobs.delete(id), () => jobs.stop(id)]) {
      expect(ask).toThrow(expect.objectContaining({ code: 'not-found' }));
    }
    jobs.setEnergy(id, energy);
    expect(writer.runs.get(id)).toBeNull();
  });
});

describe('after a crash of the core', () => {
  it('what was under way has failed as lost at its last sign of life; what was over stays, what waited waits', async () => {
    const dataDir = temporaryFolder();
    const before = testWriter(dataDir);
    const over = testRun({ id: 'over', status: 'succeeded', endedAtMs: 5000 });
    before.runs.save(over);
    before.runs.save(testRun({ id: 'waiting', createdAtMs: 1000 }));
    before.runs.save(testRun({ id: 'under-way', status: 'running', createdAtMs: 1000, startedAtMs: 2000 }), {
      curves: [{ name: 'train/loss', step: [1], atMs: [3000], value: [1] }],
    });
    before.close();
    const writer = testWriter(dataDir);
    const { jobs } = testJobs(fakeTrainer('good'), { writer });
    const found: string[] = [];
    jobs.onFound(({ id, status }) => found.push(`${id} ${status}`));
    await jobs.recover(true);
    expect(found).toEqual(['under-way failed']);
    jobs.stop('waiting');
    expect(jobs.get('over')).toEqual(over);
    expect(jobs.get('under-way')).toMatchObject({ status: 'failed', failure: { code: 'core-lost' }, endedAtMs: 3000 });
    expect(writer.runs.get('under-way')).toEqual(jobs.get('under-way'));
    expect(jobs.living().map(({ id }) => id)).toEqual(['waiting']);
    expect((await ended(jobs, startRun(jobs))).status).toBe('succeeded');
  });

  it('a log whose end cannot be read keeps no core from starting', async () => {
    const dataDir = temporaryFolder();
    const before = testWriter(dataDir);
    before.runs.save(testRun({ id: 'lost', status: 'running', createdAtMs: 1000, startedAtMs: 2000 }));
    before.close();
    const runsDir = join(dataDir, 'runs');
    mkdirSync(join(logFolder(runsDir, 'lost'), '000000000001-4000.log'), { recursive: true });
    const said: string[] = [];
    const logs = new RunLogs({ runsDir, maxBytes: () => 2 ** 20, now: Date.now, log: (level, text) => said.push(`${level} ${text}`) });
    const { jobs } = testJobs(fakeTrainer('good'), { writer: testWriter(dataDir), logs, runsDir });
    await jobs.recover(false);
    expect(jobs.get('lost')).toMatchObject({ status: 'failed', endedAtMs: 4000 });
    expect(said.join()).toContain('the end of the log of run lost could not be read');
  });
});

describe('what a page is told', () => {
  it('is each point exactly once, whenever it begins to listen', async () => {
    const { jobs, writer } = testJobs(fakeTrainer('good'));
    const id = startRun(jobs);
    const seen: number[][] = [];
    const listenNow = (): void => {
      const steps = [...(curvesIn(writer.path, id)['train/loss']?.x ?? [])];
      seen.push(steps);
      const ofLoss = (append: RunAppend): readonly number[] => append.curves?.find(({ name }) => name === 'train/loss')?.step ?? [];
      jobs.onAppend(({ runId, append }) => runId === id && steps.push(...ofLoss(append)));
    };
    jobs.onRun((run) => run.id === id && listenNow());
    listenNow();
    await ended(jobs, id);
    expect(seen.length).toBeGreaterThan(3);
    for (const steps of seen) expect(steps).toEqual([1, 2, 3, 4]);
  });

  it('goes on when one of them fails to listen', async () => {
    const { jobs, said } = testJobs(fakeTrainer('good'));
    jobs.onRun(() => {
      throw new Error('a page closed');
    });
    expect((await ended(jobs, startRun(jobs))).status).toBe('succeeded');
    expect(said[0]).toContain('a page closed');
  });

  it('is what the run drew, stored too, during the run and after it', async () => {
    const { jobs, writer } = testJobs(fakeTrainer('patient'));
    const id = startRun(jobs);
    await reached(jobs, id, (run) => run.status === 'running');
    const heard: Run['energy'][] = [];
    jobs.onRun((run) => heard.push(run.energy));
    jobs.setEnergy(id, energy);
    expect(heard).toEqual([energy]);
    expect(writer.runs.get(id)?.energy).toEqual(energy);
    jobs.stop(id);
    await ended(jobs, id);
    jobs.setEnergy(id, { ...energy, spanMs: 7 });
    expect(writer.runs.get(id)).toMatchObject({ status: 'stopped', energy: { spanMs: 7 } });
    expect(jobs.get(id)).toEqual(writer.runs.get(id));
  });
});

describe('a disk that is full for a while', () => {
  it('does not end the run; its end is stored at the latest when the core closes', async () => {
    const writer = testWriter();
    let full = false;
    const save: StoreWriter['runs']['save'] = (run, append) => {
      if (full) throw new AppError('storage-full', 'no space');
      writer.runs.save(run, append);
    };
    const unreliable: StoreWriter = { ...writer, runs: { ...writer.runs, save } };
    const { jobs, said, log } = testJobs(fakeTrainer('good'), { writer: unreliable });
    const id = startRun(jobs);
    full = true;
    const run = await ended(jobs, id);
    expect(run.status).toBe('succeeded');
    expect(writer.runs.get(id)?.status).toBe('queued');
    expect(jobs.notStored(id).find(({ name }) => name === 'train/loss')?.step).toEqual([1, 2, 3, 4]);
    expect(await log(id)).toHaveLength(1);
    full = false;
    await jobs.close();
    expect(writer.runs.get(id)).toEqual(run);
    expect(curvesIn(writer.path, id)['train/loss']?.x).toEqual([1, 2, 3, 4]);
    expect(said.filter((line) => line.includes('no space'))).toHaveLength(1);
  });

  it('is said when the core closes and it is still full', async () => {
    const writer = testWriter();
    let full = false;
    const { jobs, said } = testJobs(fakeTrainer('good'), {
      writer: {
        ...writer,
        runs: {
          ...writer.runs,
          save: (run, append) => {
            if (full) throw new AppError('storage-full', 'no space');
            writer.runs.save(run, append);
          },
        },
      },
    });
    const id = startRun(jobs);
    full = true;
    await ended(jobs, id);
    await jobs.close();
    expect(said.at(-1)).toBe(`error The end of run ${id} could not be stored`);
  });
});

it('the form and the trainer begin with the defaults of the recipe', () => {
  expect(defaults).toMatchObject({ epochs: 5, batchSize: 32, validationSplit: 0.2 });
});
