import { existsSync } from 'node:fs';
import { mkdir, rm, symlink } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import { AppError } from '@shared/contract/errors';
import { nodeGyp, run, type InstallContext, type PythonTensorFlow } from './engine-tools';

/** The Node-API version the package's loader looks for under every Node from 18 on. */
const NAPI = '8';
/** What the binding links with → the wheel's file. The wheel's C++ library holds the C interface too. */
const LIBRARIES = {
  'libtensorflow.so': 'libtensorflow_cc.so.2',
  'libtensorflow.so.2': 'libtensorflow_cc.so.2',
  'libtensorflow_framework.so': 'libtensorflow_framework.so.2',
  'libtensorflow_framework.so.2': 'libtensorflow_framework.so.2',
};

/**
 * Compiles tfjs-node-gpu's own binding against the TensorFlow of a Python wheel, which stays where it is: the binding
 * looks for it there, so that no environment variable is needed.
 *
 * @param packageDir node_modules/@tensorflow/tfjs-node-gpu
 * @throws AppError 'engine-unavailable' when it cannot be compiled, 'cancelled'
 */
export async function bindToPython(context: InstallContext, packageDir: string, tensorFlow: PythonTensorFlow): Promise<void> {
  if (process.platform !== 'linux') throw new AppError('engine-unavailable', 'Binding to a Python TensorFlow is supported on Linux only');
  const deps = join(packageDir, 'deps');
  await rm(deps, { recursive: true, force: true });
  await mkdir(join(deps, 'lib'), { recursive: true });
  await symlink(tensorFlow.includeDir, join(deps, 'include'));
  for (const [name, file] of Object.entries(LIBRARIES)) {
    const target = join(tensorFlow.libDir, file);
    if (!existsSync(target))
      throw new AppError('engine-unavailable', `TensorFlow ${tensorFlow.version} of ${tensorFlow.python} has no ${file}`);
    await symlink(target, join(deps, 'lib', name));
  }
  await buildBinding(context, packageDir, { LDFLAGS: `-Wl,-rpath,${tensorFlow.libDir}` });
}

/**
 * Compiles the package's binding against the library in its deps/.
 * @throws AppError 'engine-unavailable' when it cannot be compiled, 'cancelled'
 */
export async function buildBinding(context: InstallContext, packageDir: string, env: Readonly<Record<string, string>> = {}): Promise<void> {
  const missing = ['g++', 'make'].filter(
    (program) => !(process.env.PATH ?? '').split(delimiter).some((dir) => existsSync(join(dir, program))),
  );
  if (missing.length > 0)
    throw new AppError('engine-unavailable', `${missing.join(' and ')} missing: apt-get install ${missing.join(' ')}`);
  const args = [
    nodeGyp(),
    'rebuild',
    '--release',
    '--module_name=tfjs_binding',
    `--module_path=${join(packageDir, 'lib', `napi-v${NAPI}`)}`,
    `--napi_build_version=${NAPI}`,
  ];
  await run(context, process.execPath, args, {
    cwd: packageDir,
    needs: ['compile', 'npm'],
    env: { ...headers(), JOBS: 'max', ...env },
  });
  await rm(join(packageDir, 'build'), { recursive: true, force: true });
}

/** Where this Node's headers lie; node-gyp would otherwise fetch them from nodejs.org. */
function headers(): Record<string, string> {
  const prefix = dirname(dirname(process.execPath));
  return existsSync(join(prefix, 'include', 'node', 'node_api.h')) ? { npm_config_nodedir: prefix } : {};
}
