import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { judge, type SelftestGpu, type SelftestPhase, type SelftestPhaseName, type SelftestResult } from '@shared/model/selftest';
import { cudaLibraries } from './cuda-load';
import type { FoundGpu, LoadReply, MeasureReply, MeasureRequest, SelftestWorkerData } from './protocol';

export interface SelftestOptions {
  /** Bundled thread. */
  readonly workerPath: string;
  readonly version: string;
  /** Where the driver's library is looked for. */
  readonly libraries: readonly string[];
  /** Of each phase. */
  readonly seconds: number;
  /** Whether the GPUs are made to work after they were left alone. */
  readonly withLoad: boolean;
  readonly signal: AbortSignal;
  readonly onPhase: (phase: SelftestPhaseName, gpus: readonly FoundGpu[]) => void;
}

/** No GPU that could be tested: why. */
export interface NothingToTest {
  readonly why: string;
}

/** How long a load may take to begin: the driver compiles its kernel. */
const LOAD_BEGINS_MS = 30_000;
/** The driver's power is a mean over the last second: what was before a phase is not to be in it. */
export const SETTLE_MS = 2_000;

/** Compares what the meter makes of each NVIDIA GPU's power with the driver's own energy counter, idle and under load. */
export async function testGpus(options: SelftestOptions): Promise<SelftestResult | NothingToTest> {
  const { signal, seconds, workerPath, onPhase } = options;
  const measuring = startWorker(workerPath, { role: 'measure', libraries: options.libraries, platform: process.platform });
  try {
    const found = await replyOf<MeasureReply>(measuring, signal);
    if (found.t !== 'found') return { why: found.t === 'none' ? found.why : 'the driver tells no GPU' };
    if (found.gpus.length === 0) return { why: 'the driver runs and lists no GPU' };
    const measure = async (phase: SelftestPhaseName): Promise<ReadonlyMap<number, SelftestPhase>> => {
      onPhase(phase, found.gpus);
      await sleep(SETTLE_MS, undefined, { signal });
      measuring.postMessage({ phase, ms: seconds * 1000 } satisfies MeasureRequest);
      const reply = await replyOf<MeasureReply>(measuring, signal);
      return new Map(reply.t === 'phase' ? reply.results : []);
    };
    const idle = await measure('idle');
    const loads = options.withLoad ? await startLoads(workerPath, found.gpus, signal) : null;
    let busy: ReadonlyMap<number, SelftestPhase> = new Map();
    try {
      if (loads !== null && [...loads.states.values()].some(({ ran }) => ran)) busy = await measure('load');
    } finally {
      await loads?.stop();
    }
    return {
      format: 'coldaisle-selftest-gpu-1',
      atMs: Date.now(),
      version: options.version,
      runtime: `Node ${process.versions.node}`,
      platform: `${process.platform}-${process.arch}`,
      driver: found.driver,
      gpus: found.gpus.map((gpu): SelftestGpu => {
        const load = loads?.states.get(gpu.index) ?? null;
        const phases = [idle.get(gpu.index), load?.ran === true ? busy.get(gpu.index) : undefined].filter((one) => one !== undefined);
        return { ...gpu, load, phases, verdict: judge(phases) };
      }),
    };
  } finally {
    await measuring.terminate();
  }
}

function startWorker(workerPath: string, workerData: SelftestWorkerData): Worker {
  return new Worker(workerPath, { workerData, name: `selftest-${workerData.role}` });
}

/** The next message. @throws when the thread fails or ends, and at the signal */
async function replyOf<T>(worker: Worker, signal: AbortSignal): Promise<T> {
  const ended = new AbortController();
  const onExit = (): void => ended.abort(new Error('the thread of the self-test ended'));
  worker.once('exit', onExit);
  try {
    const [reply] = (await once(worker, 'message', { signal: AbortSignal.any([signal, ended.signal]) })) as [T];
    return reply;
  } finally {
    worker.off('exit', onExit);
  }
}

type LoadState = NonNullable<SelftestGpu['load']>;

interface Loads {
  readonly states: ReadonlyMap<number, LoadState>;
  stop(): Promise<void>;
}

/** Makes each GPU work, on a thread of its own; returns once all work or have said why not. */
async function startLoads(workerPath: string, gpus: readonly FoundGpu[], signal: AbortSignal): Promise<Loads> {
  const stop = new SharedArrayBuffer(4);
  const workers: Worker[] = [];
  const states = new Map<number, LoadState>();
  await Promise.all(
    gpus.map(async ({ index, bus }): Promise<void> => {
      if (bus === null) return void states.set(index, { ran: false, why: 'its bus address is not known' });
      const worker = startWorker(workerPath, { role: 'load', libraries: cudaLibraries(process.platform), bus, stop });
      workers.push(worker);
      // Also of one that breaks off later: what was measured meanwhile was no load.
      worker.on('message', (reply: LoadReply) =>
        states.set(index, reply.t === 'busy' ? { ran: true, why: null } : { ran: false, why: reply.why }),
      );
      try {
        await replyOf<LoadReply>(worker, AbortSignal.any([signal, AbortSignal.timeout(LOAD_BEGINS_MS)]));
      } catch (error) {
        signal.throwIfAborted();
        states.set(index, { ran: false, why: error instanceof Error ? error.message : String(error) });
      }
    }),
  );
  return {
    states,
    async stop() {
      Atomics.store(new Int32Array(stop), 0, 1);
      // A kernel is at its end within a moment; a thread that is not is ended.
      await Promise.all(workers.map((worker) => Promise.race([once(worker, 'exit'), sleep(5_000, undefined, { ref: false })])));
      await Promise.all(workers.map((worker) => worker.terminate()));
    },
  };
}
