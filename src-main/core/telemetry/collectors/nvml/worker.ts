import { parentPort, workerData } from 'node:worker_threads';
import { messageOf } from '@shared/text/message';
import { errorText } from '../../ingest';
import { Between } from './between';
import { NvmlLibrary } from './library';
import type { NvmlRequest, NvmlReply, NvmlWorkerData } from './protocol';
import { NvmlSampler } from './sampler';

/**
 * The thread that talks to the NVIDIA driver. Its calls are synchronous C calls that can take long or never return: here
 * they stall nothing but themselves.
 */
if (!parentPort) throw new Error('the NVML worker runs as a worker thread only');
const port = parentPort;
const { libraries, platform, rates, calling, lookAgainMs } = workerData as NvmlWorkerData;
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

const between = new Between({
  wallMs: () => Date.now(),
  read: (isDue) => sampler.quick(isDue),
  onError: (error) => log('error', `NVML between two ticks: ${errorText(error)}`),
});
between.set(rates);

port.on('message', (request: NvmlRequest) => {
  switch (request.t) {
    case 'tick':
      answer('tick', async () => {
        const tick = sampler.tick();
        const taken = between.take();
        post({ t: 'tick', answer: tick.state === 'works' ? { ...tick, between: taken } : tick });
      });
      return;
    case 'slow':
      answer('slow', async () => post({ t: 'slow', answer: await sampler.slow(() => new Promise((resolve) => setImmediate(resolve))) }));
      return;
    case 'rates':
      between.set(request.rates);
      return;
    case 'relist':
      sampler.relist();
      return;
    case 'stop':
      between.stop();
      sampler.stop();
      port.close();
      return;
  }
});

function answer(request: 'tick' | 'slow', work: () => Promise<void>): void {
  work().catch((error: unknown) => post({ t: 'failed', request, why: messageOf(error) }));
}
