import { Worker } from 'node:worker_threads';
import type { GpuRates } from '@shared/model/gpu-settings';
import { english, message, MessageError, type Message } from '@shared/text/message';
import type { NvmlAccess } from '../../collector';
import type { Log } from '@shared/base/log';
import { nvmlFunctions } from './bindings';
import type { NvmlRequest, NvmlReply, NvmlSlow, NvmlTick, NvmlWorkerData } from './protocol';

const CLOSE_LIMIT_MS = 2_000;
const LOOK_AGAIN_MS = 30_000;

export interface NvmlClientOptions {
  readonly access: NvmlAccess;
  readonly platform: NodeJS.Platform;
  /** Those a thread begins with; {@link NvmlClient.setRates} changes them. */
  readonly rates: () => GpuRates;
  /** What the GPU of this slot is called. */
  readonly nameOf: (slot: number) => string;
  readonly log: Log;
}

interface UnansweredRequest {
  readonly resolve: (answer: never) => void;
  readonly reject: (error: Error) => void;
}
interface Answers {
  readonly tick: NvmlTick;
  readonly slow: NvmlSlow;
}
type Kind = keyof Answers;

/**
 * The thread that calls the driver, as seen from the core. It is started by the first request and again by the first one
 * after it crashed. While a driver call does not return, every request is refused at once with that call's name.
 */
export class NvmlClient {
  private worker: Worker | null = null;
  private readonly calling = new SharedArrayBuffer(8);
  /** Questions the thread has not answered; one whose asker gave up stays until the thread answers. */
  private readonly unanswered = new Map<Kind, UnansweredRequest>();
  /** Askers that have not given up. */
  private waiting = 0;
  private closing: Promise<void> | null = null;

  constructor(private readonly options: NvmlClientOptions) {}

  /** Whether there is a thread now. */
  get running(): boolean {
    return this.worker !== null;
  }

  /** Rejects at once when the signal aborts, when the last request of this kind is still under way, and when the thread ends. */
  ask<K extends Kind>(kind: K, signal: AbortSignal): Promise<Answers[K]> {
    if (this.closing || signal.aborted) return Promise.reject(new MessageError(message('message.stopped')));
    if (this.unanswered.has(kind)) return Promise.reject(new MessageError(message('message.nvml.hangs', { call: this.underWay() })));
    const worker = (this.worker ??= this.start());
    // Someone waits: only then does the thread hold this process.
    worker.ref();
    this.waiting++;
    return new Promise((resolve, reject) => {
      const end = (): void => {
        signal.removeEventListener('abort', onAbort);
        if (--this.waiting === 0) worker.unref();
      };
      const onAbort = (): void => {
        end();
        // The request stays unanswered; what comes for it late is for nobody.
        this.unanswered.set(kind, { resolve: () => undefined, reject: () => undefined });
        reject(new MessageError(message('message.nvml.late', { call: this.underWay() })));
      };
      signal.addEventListener('abort', onAbort, { once: true });
      this.unanswered.set(kind, {
        resolve: (answer) => {
          end();
          resolve(answer);
        },
        reject: (error) => {
          end();
          reject(error);
        },
      });
      worker.postMessage({ t: kind });
    });
  }

  /** Takes force at once. */
  setRates(rates: GpuRates): void {
    this.worker?.postMessage({ t: 'rates', rates } satisfies NvmlRequest);
  }

  /** Has the driver list its GPUs anew at the next request. */
  relist(): void {
    this.worker?.postMessage({ t: 'relist' } satisfies NvmlRequest);
  }

  /** Ends the thread, so that its memory is given back; the next request starts it anew. */
  async rest(): Promise<void> {
    const worker = this.worker;
    this.worker = null;
    if (worker) await this.end(worker);
  }

  /**
   * Ends the thread; a driver call under way is given 2 s. One that never returns cannot be ended while this process lives,
   * and would hold up its exit too: then the exit is made a hard one. Safe twice; both calls wait.
   */
  close(): Promise<void> {
    this.closing ??= this.rest();
    return this.closing;
  }

  private start(): Worker {
    const { access, platform, rates, log } = this.options;
    const { workerPath, libraries, lookAgainMs = LOOK_AGAIN_MS } = access;
    const data: NvmlWorkerData = { libraries, platform, rates: rates(), lookAgainMs, calling: this.calling };
    const worker = new Worker(workerPath, { workerData: data, name: 'nvml' });
    worker.on('message', (reply: NvmlReply) => {
      switch (reply.t) {
        case 'tick':
        case 'slow':
          this.settle(reply.t, (pending) => pending.resolve(reply.answer as never));
          return;
        case 'failed':
          this.settle(reply.request, (pending) => pending.reject(new MessageError(reply.why)));
          return;
        case 'log':
          log(reply.level, reply.text);
          return;
      }
    });
    const gone = (error: Error): void => {
      if (this.worker === worker) this.worker = null;
      for (const kind of [...this.unanswered.keys()]) this.settle(kind, (pending) => pending.reject(error));
    };
    worker.on('error', (error) => gone(error instanceof Error ? error : new Error(String(error))));
    worker.on('exit', () => gone(new MessageError(message('message.nvml.threadEnded'))));
    return worker;
  }

  private settle(kind: Kind, finish: (pending: UnansweredRequest) => void): void {
    const pending = this.unanswered.get(kind);
    this.unanswered.delete(kind);
    if (pending) finish(pending);
  }

  private async end(worker: Worker): Promise<void> {
    let alive = true;
    const exit = new Promise<true>((resolve) =>
      worker.once('exit', () => {
        alive = false;
        resolve(true);
      }),
    );
    worker.postMessage({ t: 'stop' });
    // The limit below holds this process long enough.
    worker.unref();
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<false>((resolve) => {
      timer = setTimeout(() => resolve(false), CLOSE_LIMIT_MS);
    });
    const ended = await Promise.race([exit, late]);
    clearTimeout(timer);
    if (ended) return;
    this.options.log('warn', `${english(this.underWay())} does not return: its thread is left behind`);
    // Not terminate(): it cannot interrupt a C call, and holds this process until the call returns.
    process.once('exit', () => alive && process.kill(process.pid, 'SIGKILL'));
  }

  /** The call the thread is in. */
  private underWay(): Message {
    const [call = 0, gpu = -1] = new Int32Array(this.calling);
    const name = nvmlFunctions[call - 1];
    if (name === undefined) return message('message.nvml.itsWork');
    return gpu >= 0 ? message('message.nvml.callOf', { call: name, gpu: this.options.nameOf(gpu) }) : name;
  }
}
