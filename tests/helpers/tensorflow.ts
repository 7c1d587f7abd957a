import { findPythonTensorFlow } from '../../src-main/core/jobs/engine-tools';
import { pythonFromWheels } from './python-packages';

/**
 * A Python that can import TensorFlow: one that is there, or one that is set up from local wheels in the cache, once.
 * @returns null when there is neither
 * @throws when there are local wheels and it cannot be set up
 */
export async function tensorFlowPython(): Promise<string | null> {
  const found = await findPythonTensorFlow({ log: () => undefined, signal: new AbortController().signal });
  return found?.python ?? (await pythonFromWheels('python-tensorflow-cpu', 'TensorFlow for Python', ['tensorflow-cpu']));
}
