import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { curvesIn } from '../../helpers/curves';
import { onlyWhere } from '../../helpers/needs';
import { temporaryFolder } from '../store/support/stores';
import { ended, fakeTrainer, repo, testJobs, type TestJobs } from '../training/support';

const python = process.env['COLDAISLE_PYTHON'] ?? 'python3';
const isThere = spawnSync(python, ['--version']).status === 0;
const helper = join(repo, 'resources', 'python');

async function outcome(
  script: string,
  cwd = temporaryFolder(),
): Promise<TestJobs & { readonly curves: ReturnType<typeof curvesIn>; readonly id: string }> {
  const own = testJobs(fakeTrainer('good'));
  writeFileSync(join(cwd, 'train.py'), script);
  const id = own.jobs.startProgram({ program: { command: python, args: ['train.py'], cwd } });
  const run = await ended(own.jobs, id);
  expect(run.failure).toBeNull();
  return { ...own, id, curves: curvesIn(own.writer.path, id) };
}

describe('the helper on the path of Python', onlyWhere(isThere, 'it needs Python'), () => {
  it('tells what a program logs, whole and at its steps, instead of what it prints', async () => {
    const { curves, jobs, id } = await outcome(`
import coldaisle
for step in range(300):
    loss = 1 / (step + 3)
    coldaisle.log(loss=loss, step=step)
    print(f"step {step}: loss {loss:.2f}")
coldaisle.log({"val/loss": float("nan")}, step=300, epoch=1)
coldaisle.log(words="none", flag=True)
`);
    expect(curves['loss']).toEqual({ x: Array.from({ length: 300 }, (_, i) => i), y: Array.from({ length: 300 }, (_, i) => 1 / (i + 3)) });
    expect(curves['val/loss']).toEqual({ x: [300], y: [NaN] });
    expect(Object.keys(curves).filter((name) => !name.startsWith('energy/'))).toEqual(['loss', 'val/loss']);
    // What was read is not kept twice.
    expect(readdirSync(dirname(jobs.artifactsOf(id))).sort()).toEqual(['artifacts', 'log']);
  });

  it('tells of what a fork and a child in Python log, and has no file open that a child would inherit', async () => {
    const { curves } = await outcome(`
import os, subprocess, sys, coldaisle
coldaisle.log(parent=1, step=1)
subprocess.run([sys.executable, "-c", "import coldaisle; coldaisle.log(child=2, step=1)"], check=True)
if hasattr(os, "fork"):
    import time
    time.sleep(0.4)
    pid = os.fork()
    if pid == 0:
        coldaisle.log(forked=3, step=1)
        coldaisle._writer.writer().flush()
        os._exit(0)
    os.waitpid(pid, 0)
if os.path.isdir("/proc/self/fd"):
    listed = subprocess.run(["ls", "-l", "/proc/self/fd"], stdout=subprocess.PIPE, close_fds=False, check=True).stdout
    assert b"jsonl" not in listed, listed
`);
    expect(curves['parent']).toEqual({ x: [1], y: [1] });
    expect(curves['child']).toEqual({ x: [1], y: [2] });
    if (process.platform !== 'win32') expect(curves['forked']).toEqual({ x: [1], y: [3] });
  });

  it('hands on to a sitecustomize that was there before', () => {
    const own = temporaryFolder();
    writeFileSync(join(own, 'sitecustomize.py'), 'import sys\nsys.handed_on = __file__\n');
    const scalars = temporaryFolder();
    const { stdout, stderr } = spawnSync(python, ['-c', 'import sys, sitecustomize; print(sys.handed_on == sitecustomize.__file__)'], {
      encoding: 'utf8',
      env: { ...process.env, PYTHONPATH: [helper, own].join(delimiter), COLDAISLE_SCALARS: scalars },
    });
    expect(`${stdout}${stderr}`.trim()).toBe('True');
  });

  it('is silent outside of a run, when its folder is gone, and when nobody reads', () => {
    const script = `
import coldaisle, time
for step in range(200000):
    coldaisle.log(loss=1.5, text_that_is_long_enough_to_fill_a_part=2.5, step=step)
    if step % 2000 == 0:
        coldaisle._writer.writer() and coldaisle._writer.writer().flush()
print("done")
`;
    const run = (env: Record<string, string>) =>
      spawnSync(python, ['-c', script], {
        encoding: 'utf8',
        env: { ...process.env, PYTHONPATH: helper, PYTHONDONTWRITEBYTECODE: '1', ...env },
      });
    for (const env of [{}, { COLDAISLE_SCALARS: join(temporaryFolder(), 'never') }]) {
      const { stdout, stderr } = run(env as Record<string, string>);
      expect([stdout.trim(), stderr]).toEqual(['done', '']);
    }
    const folder = join(temporaryFolder(), 'scalars');
    mkdirSync(folder);
    const { stdout, stderr } = run({ COLDAISLE_SCALARS: folder });
    expect([stdout.trim(), stderr]).toEqual(['done', '']);
    // Bounded: of what nobody reads no more is written.
    expect(readdirSync(folder).length).toBeLessThanOrEqual(8);
  });

  it('of several processes that train together has the first tell', () => {
    const folder = temporaryFolder();
    spawnSync(python, ['-c', 'import coldaisle; coldaisle.log(loss=1)'], {
      env: { ...process.env, PYTHONPATH: helper, COLDAISLE_SCALARS: folder, RANK: '1' },
    });
    expect(readdirSync(folder)).toEqual([]);
  });
});
