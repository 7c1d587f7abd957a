import { spawn } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SelftestResult, type SelftestPhase } from '@shared/model/selftest';
import { buildFakeCuda, buildFakeNvml, compilerNeeded, type FakeNvml } from '../../fakes/nvml/build';
import { repoRoot } from '../../helpers/repo-root';

const fakes = resolve(import.meta.dirname, '../../fakes/nvml');
/** Draws 70.45 W in the mean, 400 W more under load, another value each 100 ms. */
const curve = (gpu: number): string => `curve ${gpu} 70000 1000 100`;

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

// What is carried to a machine without npm: the built programs, and of the packages only these.
describe('selftest gpu, from a carried folder', compilerNeeded, () => {
  let nvml: FakeNvml;
  let libraries: string;
  let folder: string;

  beforeAll(async () => {
    nvml = buildFakeNvml(join(fakes, 'nvml.c'));
    libraries = buildFakeCuda(join(fakes, 'cuda.c'), nvml);
    folder = await mkdtemp(join(tmpdir(), 'coldaisle-carried-'));
    const carried = [
      'package.json',
      'out/main',
      'node_modules/koffi',
      'node_modules/@koromix',
      'node_modules/zod',
      'node_modules/better-sqlite3',
    ];
    for (const path of carried) await cp(join(repoRoot, path), join(folder, path), { recursive: true, dereference: true });
  });
  afterAll(async () => {
    nvml.dispose();
    await rm(folder, { recursive: true, force: true });
  });

  function selftest(args: readonly string[], libraryPath = libraries): Promise<Ended> {
    const child = spawn(process.execPath, ['out/main/headless.js', 'selftest', ...args], {
      cwd: folder,
      env: { PATH: '', HOME: folder, LD_LIBRARY_PATH: libraryPath },
    });
    let [out, err] = ['', ''];
    child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text));
    return new Promise((done) => child.on('close', (code) => done({ code, out, err })));
  }

  async function resultOf(...args: string[]): Promise<SelftestResult & Ended> {
    const file = join(folder, 'selftest.json');
    const ended = await selftest(['gpu', '--seconds', '3', '--result', file, ...args]);
    expect(ended.err).toContain(file);
    return { ...SelftestResult.parse(JSON.parse(await readFile(file, 'utf8'))), ...ended };
  }

  const within = ({ deviation }: SelftestPhase): number => Math.abs(deviation ?? NaN);

  it('holds the integral against the counter, idle and under a load of its own, and says which meter is to be trusted', async () => {
    await nvml.control('gpus 3', curve(0), curve(1), 'gain 1 90', curve(2), 'gain 2 0', 'trace');
    const { code, out, driver, gpus } = await resultOf();
    expect(code).toBe(0);
    expect(driver).toBe('550.54.15');
    expect(gpus.map(({ load }) => load)).toEqual(Array(3).fill({ ran: true, why: null }));
    expect(gpus.map(({ verdict }) => verdict)).toEqual(['exact', 'apart', 'counter-still']);
    for (const { phases } of gpus) {
      expect(phases.map(({ phase }) => phase)).toEqual(['idle', 'load']);
      expect(phases[0]?.powerW).toBeCloseTo(70.45, 1);
      expect(phases[1]?.powerW).toBeCloseTo(470.45, 1);
      for (const { ticks, integratedJ, powerW, seconds } of phases) {
        expect(ticks).toBeGreaterThanOrEqual(3);
        expect(integratedJ).toBeCloseTo((powerW ?? 0) * seconds, 6);
      }
    }
    // A counter that counts nine tenths: the integral lies a ninth above it.
    for (const { deviation } of gpus[1]?.phases ?? []) expect(deviation).toBeCloseTo(1 / 9, 2);
    for (const phase of gpus[0]?.phases ?? []) expect(within(phase)).toBeLessThan(0.01);
    expect(gpus[0]?.phases[0]?.distinctPowers).toBe(10);
    expect(out).toMatch(/^GPU {2}Phase/);
    expect(out).toContain('GPU 0, NVIDIA H100 80GB HBM3: To be trusted');
    expect(out).toContain('GPU 1, NVIDIA H100 80GB HBM3: Integral and counter disagree');
    expect(out).toContain('GPU 2, NVIDIA H100 80GB HBM3: The energy counter stands still');
  });

  it('leaves the GPUs alone where no load is wanted, and says what cannot be confirmed', async () => {
    await nvml.control('gpus 1', curve(0), 'unsupported nvmlDeviceGetTotalEnergyConsumption');
    const { gpus, out } = await resultOf('--no-load');
    expect(gpus).toMatchObject([{ load: null, verdict: 'no-counter', phases: [{ phase: 'idle', counterJ: null, deviation: null }] }]);
    expect(out).toContain('nothing confirms them');
  });

  it('says why there was no load, and goes by the idle phase then', async () => {
    await nvml.control('gpus 1', curve(0));
    await writeFile(join(libraries, 'refuses'), '');
    const { gpus, out } = await resultOf();
    await rm(join(libraries, 'refuses'));
    expect(gpus).toMatchObject([
      { load: { ran: false, why: 'cuLaunchKernel answers 719' }, verdict: 'exact', phases: [{ phase: 'idle' }] },
    ]);
    expect(out).toContain('Without a load: cuLaunchKernel answers 719.');
  });

  it('says that there is no GPU, and refuses what is no test', async () => {
    const none = await selftest(['gpu', '--seconds', '2'], folder);
    expect(none).toMatchObject({ code: 1, out: '' });
    expect(none.err).toMatch(/^No NVIDIA GPU to test: .*libnvidia-ml\.so\.1/);
    expect(await selftest(['gpu', '--seconds', '1'])).toMatchObject({ code: 2 });
    expect((await selftest(['cpu'])).err).toContain('There is: gpu.');
  });
});
