import { join } from 'node:path';
import type { MadeFiles } from '@shared/model/made-files';
import type { MarkedProgram } from '@shared/model/mark';
import { PROGRAM_KIND, paramsOfProgram, programParams } from '@shared/model/program';
import type { Run } from '@shared/model/run';
import type { RunSnapshot } from '@shared/model/run-snapshot';
import { message } from '@shared/text/message';
import { RunLogs } from '../../src-main/core/jobs/log/run-logs';
import { RUNS_FOLDER } from '../../src-main/core/jobs/run-folders';
import { recordedRun } from './recorded-run';

const cwd = '/home/an-operator-of-the-room/projects/language-models/fine-tuning-of-a-large-one';

/** A program's run that is over. */
export const recordedProgram = (id: string, createdAtMs: number): Run => ({
  ...recordedRun(id, createdAtMs, 'succeeded'),
  kind: PROGRAM_KIND,
  recipe: 'python',
  engine: PROGRAM_KIND,
  engineUsed: null,
  plan: null,
  params: paramsOfProgram({ command: 'python', args: ['train.py'], cwd }),
  paramSpecs: [...programParams],
});

/** The program that its rules are of. */
export const recordedMarks: MarkedProgram = { command: 'python train.py', cwd };

/** Lines that it printed. @param folder that of the database */
export function recordLog(folder: string, runId: string, lines: readonly string[]): void {
  const logs = new RunLogs({ runsDir: join(folder, RUNS_FOLDER), maxBytes: () => 2 ** 20, now: Date.now, log: () => undefined });
  for (const line of lines) logs.append(runId, 'stdout', line);
  logs.close();
}

/** What it left in its folder: as it is, and gone since. */
export const recordedFiles = (fromMs: number): MadeFiles => ({
  folder: cwd,
  fromMs,
  toMs: fromMs + 60_000,
  count: 3,
  bytes: 1_234_567,
  bounds: ['depth'],
  files: [
    { path: 'checkpoints/model-with-a-long-name-of-its-own.safetensors', bytes: 1_200_000, atMs: fromMs + 50_000, isNew: true },
    { path: 'metrics.csv', bytes: 34_000, atMs: fromMs + 55_000, isNew: false },
    { path: 'notes.txt', bytes: 567, atMs: fromMs + 10_000, isNew: null },
  ],
});

/** What it was started with, each part as long as it may well be. */
export const recordedSnapshot = (takenAtMs: number): RunSnapshot => ({
  takenAtMs,
  command: `python train.py ${Array.from({ length: 40 }, (_, i) => `--option-${i}=value`).join(' ')}`,
  cwd,
  environment: { HF_TOKEN: '***', PATH: Array.from({ length: 20 }, (_, i) => `${cwd}/bin-${i}`).join(':'), LR: '0.1' },
  git: {
    value: {
      root: cwd,
      commit: '0123456789abcdef0123456789abcdef01234567',
      branch: 'feature/a-branch-with-a-name-as-long-as-a-person-may-give-it',
      remote: 'https://***@git.example.com/a-team/a-group/a-repository-of-models.git',
      changes: { value: { changed: 2, untracked: 1, untrackedNames: ['notes.md'] }, why: null },
      diff: { value: { text: `--- a/train.py\n+++ b/train.py\n-lr = 0.1\n+${'x'.repeat(400)}\n`, isCut: true }, why: null },
    },
    why: null,
  },
  python: {
    value: {
      implementation: 'CPython',
      version: '3.11.7',
      executable: `${cwd}/.venv/bin/python3.11`,
      prefix: `${cwd}/.venv`,
      packages: {
        value: Array.from({ length: 120 }, (_, i) => ({ name: `package-number-${i}`, version: `1.${i}.0` })),
        why: null,
      },
    },
    why: null,
  },
  machine: {
    host: 'node-02.rack-b.hall-1.example.com',
    system: 'Linux',
    release: '6.8.0-45-generic',
    architecture: 'x64',
    cpu: 'AMD EPYC 9654 96-Core Processor',
    processors: 384,
    memoryBytes: 1.5 * 2 ** 40,
    gpus: Array.from({ length: 8 }, (_, i) => ({ device: `gpu${i}`, model: 'NVIDIA H100 80GB HBM3', uuid: `GPU-${i}`, bus: null })),
    driver: { value: null, why: message('message.snapshot.noDriver') },
  },
});
