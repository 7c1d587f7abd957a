import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import type { Run } from '@shared/model/run';
import type { RunImportResult } from '@shared/model/run-import';
import { importRun } from '../../../src-main/core/readers/files/import-run';
import { curvesIn } from '../../helpers/curves';
import { event, simple, version } from '../../helpers/event-files';
import { runToEnd } from '../headless/support';
import { temporaryFolder, testWriter } from '../store/support/stores';

const NAME = 'events.out.tfevents.1700000000.host.1.0';
const STARTED_S = 1_700_000_000;
let closeAll: (() => void)[] = [];
afterEach(() => {
  for (const close of closeAll) close();
  closeAll = [];
});

/** A folder with a thousand steps of two scalars. */
function trained(steps = 1000): string {
  const folder = join(temporaryFolder(), 'my-run');
  mkdirSync(join(folder, 'train'), { recursive: true });
  const parts = [version];
  for (let step = 1; step <= steps; step++)
    parts.push(event(step, [simple('loss', 1 / step), simple('accuracy', 1 - 1 / step)], STARTED_S + step));
  writeFileSync(join(folder, 'train', NAME), Buffer.concat(parts));
  return folder;
}

function importer(): { writer: ReturnType<typeof testWriter>; take: (folder: string) => Promise<RunImportResult & { notices: string[] }> } {
  const writer = testWriter();
  closeAll.push(() => writer.close());
  return {
    writer,
    take: async (folder) => {
      const notices: string[] = [];
      const result = await importRun({
        writer,
        folder,
        notice: (text) => notices.push(text),
        signal: new AbortController().signal,
        onProgress: () => undefined,
        now: Date.now,
      });
      return { ...result, notices };
    },
  };
}

it("keeps a folder's scalars as a run, with its times and what they came to", async () => {
  const { writer, take } = importer();
  const result = await take(trained());
  expect(result).toMatchObject({ isKnown: false, scalars: 2, points: 2000, fresh: 2000, withoutTime: 0, done: true, notices: [] });
  const run = writer.runs.get(result.runId ?? '') as Run;
  expect(run).toMatchObject({
    kind: 'imported',
    name: 'my-run',
    status: 'succeeded',
    startedAtMs: (STARTED_S + 1) * 1000,
    endedAtMs: (STARTED_S + 1000) * 1000,
    energy: null,
    progress: { step: 1000 },
  });
  expect(run.last['train/loss']).toBeCloseTo(0.001, 8);
  expect(run.extremes['train/loss']?.max).toBe(1);
  expect(writer.curves.countPoints(run.id)).toEqual(
    new Map([
      ['train/loss', 1000],
      ['train/accuracy', 1000],
    ]),
  );
  // It was on no machine of this room.
  expect(writer.runs.underWay(STARTED_S * 1000, Date.now())).toEqual([]);
});

it('takes nothing twice: the same folder adds what is new', async () => {
  const { writer, take } = importer();
  const folder = trained();
  const first = await take(folder);
  writer.runs.save({ ...(writer.runs.get(first.runId ?? '') as Run), name: 'the good one' });
  expect(await take(folder)).toMatchObject({ runId: first.runId, isKnown: true, points: 2000, fresh: 0 });
  appendFileSync(join(folder, 'train', NAME), event(1001, [simple('loss', 0.0005)], STARTED_S + 1001));
  expect(await take(folder)).toMatchObject({ runId: first.runId, points: 2001, fresh: 1 });
  expect(writer.runs.list()).toHaveLength(1);
  expect(writer.runs.list()[0]).toMatchObject({ name: 'the good one', endedAtMs: (STARTED_S + 1001) * 1000 });
  writeFileSync(join(folder, 'train', NAME), version);
  const shrunk = await take(folder);
  expect(shrunk.runId).toBe(first.runId);
  expect(shrunk.notices.map((notice) => notice.split(' ', 1)[0])).toEqual(['train/accuracy', 'train/loss']);
  expect(writer.curves.countPoints(first.runId ?? '').get('train/loss')).toBe(1001);
});

it('counts points that have no step, and takes the time of a file that tells none', async () => {
  const { writer, take } = importer();
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'log.csv'), 'epoch,loss,acc\n0.5,3,NA\n1.0,inf,0.5\n');
  const result = await take(folder);
  expect(result).toMatchObject({ scalars: 2, points: 3, withoutTime: 3 });
  expect(writer.runs.get(result.runId ?? '')).toMatchObject({ last: { loss: null, acc: 0.5 }, extremes: { loss: { min: 3, max: 3 } } });
});

it('reads the texts of a folder by what was marked of the program that ran there, also beside files with scalars', async () => {
  const folder = temporaryFolder();
  const { writer, take } = importer();
  const rule = { name: 'ppl', pattern: 'Round {step}: perplexity is now {value}' };
  writer.programMarks.put({ command: 'python train.py', cwd: folder }, rule, null);
  const out = join(folder, 'out');
  mkdirSync(out);
  writeFileSync(join(out, 'metrics.csv'), 'step,loss\n1,0.5\n2,0.25\n');
  writeFileSync(join(out, 'train.log'), 'step=1 loss=0.5\nRound 10: perplexity is now 19\nRound 20: perplexity is now 18\n');
  const { runId } = await take(out);
  expect(curvesIn(writer.path, runId ?? '')).toEqual({ loss: { x: [1, 2], y: [0.5, 0.25] }, ppl: { x: [10, 20], y: [19, 18] } });
});

it('is a command of the terminal, which says what it kept', async () => {
  const folder = trained(10);
  const data = ['--data', temporaryFolder()];
  const first = await runToEnd(['import-run', folder, ...data]);
  expect([first.code, first.out]).toEqual([0, expect.stringMatching(/my-run: run \w{12}, 2 scalars, 20 points\n$/)]);
  expect(first.err).toContain('Its energy is not known: it was not metered here.');
  const again = await runToEnd(['import-run', folder, ...data]);
  expect([again.code, again.out]).toEqual([0, expect.stringContaining('20 points, 0 points new since it was imported before')]);
  expect((await runToEnd(['runs', ...data])).out).toMatch(/my-run +succeeded/);
  const none = await runToEnd(['import-run', temporaryFolder(), ...data]);
  expect([none.code, none.err]).toEqual([1, expect.stringContaining('no scalar was found, and nothing is kept')]);
  expect((await runToEnd(['import-run', join(folder, 'nowhere'), ...data])).err).toContain('There is no folder');
});

it('keeps what several logs of a folder tell under one name as a curve each', async () => {
  const folder = temporaryFolder();
  for (const [file, text] of [
    ['a.csv', 'step,loss\n1,0.5\n2,0.25\n'],
    ['b.csv', 'step,loss\n1,0.75\n'],
  ] as const)
    writeFileSync(join(folder, file), text);
  const logs = temporaryFolder();
  for (const [rank, loss] of [
    [0, 1],
    [1, 2],
  ] as const)
    writeFileSync(join(logs, `rank${rank}.log`), `step=1 loss=${loss}\n`);
  const { writer, take } = importer();
  const [csv, text] = [await take(folder), await take(logs)];
  expect(curvesIn(writer.path, csv.runId ?? '')).toMatchObject({ loss: { x: [1, 2], y: [0.5, 0.25] }, 'b/loss': { x: [1], y: [0.75] } });
  expect(curvesIn(writer.path, text.runId ?? '')).toMatchObject({ loss: { x: [1], y: [1] }, 'rank1/loss': { x: [1], y: [2] } });
  // Imported again they are the same curves.
  expect(await take(folder)).toMatchObject({ isKnown: true, fresh: 0, notices: [] });
});
