import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { copyFile, mkdir, open, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError, isAppError } from '@shared/contract/errors';
import { bindToPython } from './engine-binding';
import { downloadLibrary, libraryArchive, type LibraryArchive } from './engine-library';
import { cancelled, findPythonTensorFlow, npmCli, run, type InstallContext } from './engine-tools';

export interface InstallOptions extends InstallContext {
  /** Where the trainer looks for engines; `cuda/` is made in it. */
  readonly enginesDir: string;
  /** resources/ of the app: the engine's pinned package.json and lock. */
  readonly resourcesDir: string;
  /** The library to download; null = none. Default: this machine's, as recorded. */
  readonly archive?: LibraryArchive | null;
}

const PACKAGE = join('node_modules', '@tensorflow', 'tfjs-node-gpu');
const NPM_DONE = '.packages-installed';

/** Loads the engine in a process of its own, computes something with it and says what it is. */
const TRY = `
const util = require('node:util');
util.isNullOrUndefined ??= (value) => value === null || value === undefined;
const tf = require('@tensorflow/tfjs-node-gpu');
tf.ready().then(async () => {
  const [sum] = await tf.matMul(tf.ones([2, 3]), tf.ones([3, 2])).data();
  if (sum !== 3) throw new Error('it computes wrongly: 1·1 + 1·1 + 1·1 = ' + sum);
  const { binding, isUsingGpuDevice } = tf.backend();
  console.log('OK TensorFlow ' + binding.TF_Version + (isUsingGpuDevice ? ', on the GPU' : ', on the CPU: no CUDA device was found'));
}).catch((error) => { console.error(error); process.exit(1); });
`;

/**
 * Installs the second engine, `@tensorflow/tfjs-node-gpu`, as pinned in resources/engines/cuda: its packages through
 * the machine's npm, which checks them against the lock, then the library: the recorded one where it can be downloaded, else
 * the TensorFlow of COLDAISLE_PYTHON or python3; against either the package's binding is compiled. What is there is replaced only when the new one has
 * computed something; an interrupted installation goes on where it was.
 *
 * @throws AppError 'engine-unavailable' with every reason, 'conflict' while another installation runs, 'cancelled'
 */
export async function installCudaEngine({
  enginesDir,
  resourcesDir,
  archive = libraryArchive(),
  log,
  signal,
}: InstallOptions): Promise<void> {
  const context: InstallContext = { log, signal };
  if (signal.aborted) throw cancelled();
  await mkdir(enginesDir, { recursive: true, mode: 0o700 });
  const release = await takeLock(join(enginesDir, '.cuda.lock'));
  try {
    const stage = join(enginesDir, '.cuda-staging');
    await installPackages(context, join(resourcesDir, 'engines', 'cuda'), stage);
    const found = await obtainLibrary(context, stage, archive);
    await swapIn(stage, join(enginesDir, 'cuda'));
    log(`The engine cuda is ready: ${found}.`);
  } finally {
    await release();
  }
}

/** One installation at a time; the lock of a process that is gone is taken over. */
async function takeLock(path: string): Promise<() => Promise<void>> {
  for (;;) {
    try {
      const file = await open(path, 'wx');
      await file.writeFile(String(process.pid));
      await file.close();
      return () => rm(path, { force: true });
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
    }
    const owner = Number(await readFile(path, 'utf8').catch(() => ''));
    if (owner > 0 && isRunning(owner)) throw new AppError('conflict', `Another installation is under way (process ${owner})`);
    await rm(path, { force: true });
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

async function installPackages(context: InstallContext, source: string, stage: string): Promise<void> {
  const lock = createHash('sha256')
    .update(await readFile(join(source, 'package-lock.json')))
    .digest('hex');
  const mark = join(stage, NPM_DONE);
  if (existsSync(mark) && (await readFile(mark, 'utf8')) === lock) {
    context.log('npm packages: already there from an earlier, interrupted installation.');
    return;
  }
  await rm(stage, { recursive: true, force: true });
  await mkdir(stage, { recursive: true });
  for (const file of ['package.json', 'package-lock.json']) await copyFile(join(source, file), join(stage, file));
  context.log('Installing the npm packages of @tensorflow/tfjs-node-gpu (about 60 MB to download, 300 MB on disk) …');
  await run(context, process.execPath, [npmCli(), 'ci', '--ignore-scripts', '--no-audit', '--no-fund'], { cwd: stage, needs: ['npm'] });
  await writeFile(mark, lock);
}

type InstallMethod = () => Promise<string>;

/** @returns what was found to work, in words */
async function obtainLibrary(context: InstallContext, stage: string, archive: LibraryArchive | null): Promise<string> {
  const packageDir = join(stage, PACKAGE);
  const reasons: string[] = [];
  const python: InstallMethod = async () => {
    const tensorFlow = await findPythonTensorFlow(context);
    if (!tensorFlow)
      throw new AppError(
        'engine-unavailable',
        `no TensorFlow 2 can be imported by ${process.env.COLDAISLE_PYTHON ?? 'python3'} (COLDAISLE_PYTHON names another Python)`,
      );
    context.log(
      `Compiling the binding against TensorFlow ${tensorFlow.version}${tensorFlow.cuda ? ' with CUDA' : ''} of ${tensorFlow.python} (about a minute) …`,
    );
    await bindToPython(context, packageDir, tensorFlow);
    return tryOut(context, stage);
  };
  const download: InstallMethod = async () => {
    await downloadLibrary(context, stage, packageDir, archive);
    return tryOut(context, stage);
  };
  // Whoever names a Python wants that one.
  const methods: [string, InstallMethod][] = [
    ['download', download],
    ['Python', python],
  ];
  if (process.env.COLDAISLE_PYTHON) methods.reverse();
  for (const [name, method] of methods) {
    try {
      return await method();
    } catch (error) {
      if (!isAppError(error, 'engine-unavailable')) throw error;
      context.log(`${name}: ${error.message}`);
      reasons.push(`${name}: ${error.message.split('\n')[0] ?? ''}`);
    }
  }
  throw new AppError('engine-unavailable', `The library of the engine cuda could not be had. ${reasons.join('. ')}.`);
}

async function tryOut(context: InstallContext, stage: string): Promise<string> {
  context.log('Trying it out …');
  const answer = await run(context, process.execPath, ['-e', TRY], {
    cwd: stage,
    needs: ['gpu', 'python'],
    env: { TF_CPP_MIN_LOG_LEVEL: '2' },
  });
  const line = answer.split('\n').find((text) => text.startsWith('OK '));
  if (!line) throw new AppError('engine-unavailable', 'the engine was loaded but did not answer');
  return line.slice('OK '.length);
}

async function swapIn(stage: string, home: string): Promise<void> {
  const old = `${home}.old`;
  await rm(old, { recursive: true, force: true });
  if (existsSync(home)) await rename(home, old);
  await rename(stage, home);
  await rm(old, { recursive: true, force: true });
}
