import { readFile } from 'node:fs/promises';
import { arch, cpus, homedir, hostname, release, totalmem, type } from 'node:os';
import type { DeviceRecord } from '@shared/model/device-record';
import type { MachineSnapshot, SnapshotPart } from '@shared/model/run-snapshot';
import { message } from '@shared/text/message';
import { childEnvironment } from '../../../children/environment';
import { gpusOf } from '../../programs/gpu-variables';
import { ask, found, missing } from '../../../children/ask';

const ASK_MS = 3_000;
const ANSWER_MAX = 4_096;

/** The machine as its inventory knows it now. */
export async function machineSnapshot(devices: readonly DeviceRecord[], signal: AbortSignal): Promise<MachineSnapshot> {
  const here = cpus();
  const gpus = gpusOf(devices).filter(({ state }) => state === 'present');
  return {
    host: hostname(),
    system: type(),
    release: release(),
    architecture: arch(),
    cpu: here[0]?.model.trim() || null,
    processors: here.length,
    memoryBytes: totalmem(),
    gpus: gpus.map(({ device, model, uuid, bus }) => ({ device, model, uuid, bus })),
    driver: gpus.some(({ kind }) => kind !== 'drm') ? await nvidiaDriver(signal) : missing(message('message.snapshot.noNvidia')),
  };
}

async function nvidiaDriver(signal: AbortSignal): Promise<SnapshotPart<string>> {
  if (process.platform === 'linux') {
    const version = await readFile('/sys/module/nvidia/version', 'utf8').catch(() => '');
    if (version.trim() !== '') return found(version.trim());
  }
  const answer = await ask({
    command: 'nvidia-smi',
    args: ['--query-gpu=driver_version', '--format=csv,noheader'],
    cwd: homedir(),
    env: childEnvironment(['gpu']),
    ms: ASK_MS,
    maxBytes: ANSWER_MAX,
    signal,
  });
  if (answer.value === null) return missing(answer.why ?? '');
  const [version = ''] = answer.value.text.trim().split('\n');
  return answer.value.code === 0 && version !== '' ? found(version) : missing(message('message.snapshot.noDriver'));
}
