import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { createChildLauncher } from '../../../src-main/hosts/child-launcher';
import { RUNNING_MEAN } from '@shared/model/scalars';
import { curvesIn, type PlainCurve } from '../../helpers/curves';
import { onlyWhere } from '../../helpers/needs';
import { mnistFile, pythonWith } from '../../helpers/real-python';
import { temporaryFolder } from '../store/support/stores';
import { ended, fakeTrainer, repo, testJobs } from '../training/support';

/** The source document's own programs, where they are. */
const given = process.env['COLDAISLE_TEST_PROGRAMS'] ?? '';
const programs = join(repo, 'tests', 'programs');
const NAMED = 'it needs a Python with';

interface Outcome {
  readonly curves: Record<string, PlainCurve>;
  /** What the framework itself has of it. */
  readonly history: unknown;
}

/** Runs a program as it is: what stands in for the download is on the path of Python, behind the helper. */
async function outcome(python: string, script: string, env: Readonly<Record<string, string>> = {}): Promise<Outcome> {
  const cwd = temporaryFolder();
  const history = join(cwd, 'history.json');
  const quiet = { TEST_HISTORY: history, MPLBACKEND: 'Agg', TF_CPP_MIN_LOG_LEVEL: '3', CUDA_VISIBLE_DEVICES: '', ...env };
  const own = testJobs(fakeTrainer('good'), { launcher: createChildLauncher({ program: null, env: quiet }) });
  vi.stubEnv('PYTHONPATH', programs);
  try {
    const id = own.jobs.startProgram({ program: { command: python, args: [script], cwd } });
    const run = await ended(own.jobs, id);
    if (run.failure !== null)
      throw new Error(
        (await own.log(id))
          .map(({ text }) => text)
          .join('\n')
          .slice(-4000),
      );
    return { curves: curvesIn(own.writer.path, id), history: existsSync(history) ? JSON.parse(readFileSync(history, 'utf8')) : null };
  } finally {
    vi.unstubAllEnvs();
  }
}

const tensorflow = pythonWith('tensorflow');
const givenOnly = onlyWhere(given !== '', 'COLDAISLE_TEST_PROGRAMS names no folder of them');
describe('a program of Keras, as it is, has the curves that Keras has', onlyWhere(tensorflow !== null, `${NAMED} TensorFlow`), () => {
  const check = async (script: string): Promise<void> => {
    const python = tensorflow ?? '';
    const { curves, history } = await outcome(python, script, { TEST_MNIST: mnistFile(python) });
    const told = Object.entries(history as Record<string, number[]>);
    expect(told.map(([name]) => name)).toContain('loss');
    for (const [name, values] of told) expect([name, curves[name]?.y]).toEqual([name, values]);
    expect(curves[`loss${RUNNING_MEAN}`]?.x.length).toBeGreaterThan(told[0]?.[1].length ?? 0);
    expect(curves['evaluate/loss']?.y).toHaveLength(1);
  };
  it('one of the tests', () => check(join(programs, 'keras_program.py')));
  it('mlp.py', givenOnly, () => check(join(given, 'mlp.py')));
  it('cnn.py', pythonWith('tensorflow', 'matplotlib') === null ? onlyWhere(false, `${NAMED} matplotlib`) : givenOnly, () =>
    check(join(given, 'cnn.py')),
  );
});

const lightning = pythonWith('lightning', 'torch');
describe('a program of Lightning', onlyWhere(lightning !== null, `${NAMED} Lightning`), () => {
  it('has the loss of each batch and each validation, once', async () => {
    const { curves } = await outcome(lightning ?? '', join(programs, 'lightning_program.py'));
    const train = curves['train_loss'];
    expect(train?.x).toEqual(Array.from({ length: 24 }, (_, i) => i + 1));
    expect(train?.y.every((value) => value > 0)).toBe(true);
    expect(curves['val_loss']?.x).toEqual([8, 16, 24]);
  });
});

const transformers = pythonWith('transformers', 'torch', 'accelerate');
describe("a program of Transformers' Trainer", onlyWhere(transformers !== null, `${NAMED} Transformers`), () => {
  it('has what the Trainer logs, with its steps and digits', async () => {
    const { curves, history } = await outcome(transformers ?? '', join(programs, 'trainer_program.py'));
    const rows = history as Record<string, number>[];
    for (const name of ['loss', 'eval_loss', 'learning_rate']) {
      const told = rows.filter((row) => name in row);
      expect(curves[name]).toEqual({ x: told.map(({ step }) => step), y: told.map((row) => row[name]) });
    }
  });
});

const torch = pythonWith('torch');
describe('a loop in PyTorch', onlyWhere(torch !== null, `${NAMED} PyTorch`), () => {
  it('with workers that load its data has what it prints', async () => {
    const { curves, history } = await outcome(torch ?? '', join(programs, 'torch_loop.py'));
    const told = history as [number, number][];
    expect(curves['loss']).toEqual({ x: told.map(([step]) => step), y: told.map(([, value]) => value) });
  });
});
