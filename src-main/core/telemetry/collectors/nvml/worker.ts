import { parentPort, workerData } from 'node:worker_threads';
import type { TimedReadings } from '../../collector';
import { messageOf } from '../../ingest';
import { NvmlLibrary } from './library';
import type { NvmlQuestion, NvmlReply, NvmlWorkerData } from './protocol';
import { NvmlSampler } from './sampler';

/**
 * The thread that talks to the NVIDIA driver. Its calls are synchronous C calls that can take long or never return: here
 * they stall nothing but themselves.
 */
if (!parentPort) throw new Error('the NVML worker runs as a worker thread only');
const port = parentPort;
const { libraries, platform, hz, calling, lookAgainMs } = workerData as NvmlWorkerData;
const state = new Int32Array(calling);
const post = (reply: NvmlReply): void => port.postMessage(reply);
const log = (level: 'info' | 'warn' | 'error', text: string): void => post({ t: 'log', level, text });

const sampler = new NvmlSampler({
  library: new NvmlLibrary({ libraries, log, calling: state }),
  log,
  platform,
  lookAgainMs,
  monoMs: () => performance.now(),
  wallMs: () => Date.now(),
  onGpu: (number) => void (state[1] = number),
});

/** Two ticks' worth: a core that does not ask for longer has no use for them. */
const MAX_BETWEEN = 2 * hz;
let between: TimedReadings[] = [];
const stepMs = 1000 / hz;
let stopTimer: (() => void) | null = null;

/** Samples between the whole seconds, which are the ticks' own. */
function scheduleBetween(): void {
  const nowMs = Date.now();
  const step = Math.floor(nowMs / stepMs + 0.05) + 1;
  const timer = setTimeout(() => {
    scheduleBetween();
    const atMs = Math.round(step * stepMs);
    if (atMs % 1000 === 0) return;
    try {
      const readings = sampler.quick();
      if (readings.length > 0) between.push({ atMs, readings });
    } catch (error) {
      log('error', `NVML between two ticks: ${messageOf(error)}`);
    }
    between = between.slice(-MAX_BETWEEN);
  }, step * stepMs - nowMs);
  stopTimer = () => clearTimeout(timer);
}
if (hz > 1) scheduleBetween();

port.on('message', (question: NvmlQuestion) => {
  switch (question.t) {
    case 'tick':
      answer('tick', async () => {
        const tick = sampler.tick();
        const taken = between;
        between = [];
        post({ t: 'tick', answer: tick.state === 'works' ? { ...tick, between: taken } : tick });
      });
      return;
    case 'slow':
      answer('slow', async () => post({ t: 'slow', answer: await sampler.slow(() => new Promise((resolve) => setImmediate(resolve))) }));
      return;
    case 'stop':
      stopTimer?.();
      sampler.stop();
      port.close();
      return;
  }
});

function answer(question: 'tick' | 'slow', work: () => Promise<void>): void {
  work().catch((error: unknown) => post({ t: 'failed', question, message: messageOf(error) }));
}
