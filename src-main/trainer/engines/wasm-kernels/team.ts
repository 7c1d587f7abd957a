import { Worker } from 'node:worker_threads';
import { instantiateKernels, kernelNames, type KernelName } from './kernels';

/** Places in the control block, each an int32. A claim carries the job's number above, the next chunk below. */
const place = { claim: 0, done: 1, posted: 2, failed: 3, kernel: 4, items: 5, chunk: 6, scratch: 7, scratchBytes: 8, head: 9, tail: 10 };
const CONTROL_INTS = 16;
/** Most arguments of a kernel. */
const MAX_ARGS = 32;
const CHUNK_BITS = 8;
/** In a claim's lower part: nothing to claim. */
const CLOSED = (1 << CHUNK_BITS) - 1;
/** Chunks a thread gets on average: enough that one that is late leaves little for the others to wait for. */
const CHUNKS_PER_THREAD = 4;
/** As many as the parts of a sum: more would have nothing to do in a filter's gradient. */
const MAX_THREADS = 16;
/** Looks for work before a thread sleeps: about as long as the main thread needs between two kernels of one step. */
const SPINS = 20_000;
/** Arithmetic operations below which waking the others costs more than they save. */
const WORTH_SHARING = 500_000;

/**
 * What a thread beside the main one does: claims chunks of the posted job until none is left. A claim is one compare and
 * exchange of a word that carries the job's number: it cannot succeed once another job is being posted, so what was read
 * before it is that job's. Kept as text because a worker needs a program of its own and this one has no dependency.
 */
const WORK = `
const { module, memory, control, args, slot, names, place, closed, spins } = require('node:worker_threads').workerData;
const kernels = new WebAssembly.Instance(module, { env: { memory } }).exports;
for (;;) {
  const posted = Atomics.load(control, place.posted);
  for (;;) {
    const claim = Atomics.load(control, place.claim);
    const chunk = claim & closed;
    const items = control[place.items];
    const from = chunk * control[place.chunk];
    const to = Math.min(items, from + control[place.chunk]);
    if (chunk === closed || from >= items) break;
    const kernel = kernels[names[control[place.kernel]]];
    const head = Array.from(args.subarray(0, control[place.head]));
    const tail = Array.from(args.subarray(control[place.head], control[place.head] + control[place.tail]));
    const scratch = control[place.scratch] + slot * control[place.scratchBytes];
    if (Atomics.compareExchange(control, place.claim, claim, claim + 1) !== claim) continue;
    try { kernel(...head, scratch, from, to, ...tail); } catch { Atomics.store(control, place.failed, 1); }
    Atomics.add(control, place.done, 1);
    Atomics.notify(control, place.done);
  }
  let idle = 0;
  while (idle < spins && Atomics.load(control, place.posted) === posted) idle += 1;
  if (idle === spins) Atomics.wait(control, place.posted, posted);
}
`;

export interface Job {
  readonly kernel: KernelName;
  /** Its arguments before the range. */
  readonly args: readonly number[];
  /** Its constants after the range. */
  readonly constants?: readonly number[];
  readonly items: number;
  /** Items that are best done together: chunks are multiples of it. */
  readonly grain?: number;
  /** Arithmetic operations of all items, roughly: decides whether the others are woken. */
  readonly work: number;
  /** Bytes of scratch that each thread needs. */
  readonly scratchBytes?: number;
}

/** Threads that run kernels over one memory. */
export interface Team {
  readonly threads: number;
  /** Runs a kernel over all its items and returns when all are done; who does which changes no result. @throws Error of a kernel */
  run(job: Job): void;
}

export interface TeamOptions {
  readonly module: object;
  /** A WebAssembly.Memory; shared where there is more than one thread. */
  readonly memory: object;
  readonly threads: number;
  /** At least this many bytes of the memory. */
  scratch(bytes: number): number;
}

/** Starts the threads; until each is ready, the main one does its share. They end with the process. */
export function createTeam({ module, memory, threads: wanted, scratch }: TeamOptions): Team {
  const kernels = instantiateKernels(module, memory);
  const threads = Math.min(wanted, MAX_THREADS);
  const control = new Int32Array(new SharedArrayBuffer(CONTROL_INTS * 4));
  const shared = new Float64Array(new SharedArrayBuffer(MAX_ARGS * 8));
  let jobs = 0;
  for (let slot = 1; slot < threads; slot++) {
    const worker = new Worker(WORK, {
      eval: true,
      workerData: { module, memory, control, args: shared, slot, names: kernelNames, place, closed: CLOSED, spins: SPINS },
      stdin: false,
      execArgv: [],
    });
    worker.unref();
    // One that does not start leaves its share to the others.
    worker.once('error', () => undefined);
  }

  const post = ({ kernel, args, constants = [], items, scratchBytes = 0 }: Job, scratchAt: number, chunk: number): void => {
    jobs = (jobs + 1) & 0x7fffff;
    // Closed first: a thread that still looks at the last job must not claim a chunk of it by this one's numbers.
    Atomics.store(control, place.claim, (jobs << CHUNK_BITS) | CLOSED);
    control[place.kernel] = kernelNames.indexOf(kernel);
    control[place.items] = items;
    control[place.chunk] = chunk;
    control[place.scratch] = scratchAt;
    control[place.scratchBytes] = scratchBytes;
    control[place.head] = args.length;
    control[place.tail] = constants.length;
    shared.set(args);
    shared.set(constants, args.length);
    Atomics.store(control, place.done, 0);
    Atomics.store(control, place.claim, jobs << CHUNK_BITS);
    Atomics.add(control, place.posted, 1);
    Atomics.notify(control, place.posted);
  };

  /** Waits for chunks that others have claimed. */
  const waitFor = (chunks: number): void => {
    for (let spins = 0; ; spins++) {
      const done = Atomics.load(control, place.done);
      if (done === chunks) return;
      if (spins >= SPINS) Atomics.wait(control, place.done, done);
    }
  };

  return {
    threads,
    run(job) {
      const { kernel, args, constants = [], items, work, grain = 1, scratchBytes = 0 } = job;
      const run = kernels[kernel];
      if (threads === 1 || items < 2 || work < WORTH_SHARING) {
        run(...args, scratchBytes > 0 ? scratch(scratchBytes) : 0, 0, items, ...constants);
        return;
      }
      const scratchAt = scratchBytes > 0 ? scratch(scratchBytes * threads) : 0;
      const chunk = Math.ceil(items / (threads * CHUNKS_PER_THREAD * grain)) * grain;
      post(job, scratchAt, chunk);
      for (;;) {
        const claim = Atomics.load(control, place.claim);
        const from = (claim & CLOSED) * chunk;
        if (from >= items) break;
        if (Atomics.compareExchange(control, place.claim, claim, claim + 1) !== claim) continue;
        run(...args, scratchAt, from, Math.min(items, from + chunk), ...constants);
        Atomics.add(control, place.done, 1);
      }
      waitFor(Math.ceil(items / chunk));
      if (Atomics.exchange(control, place.failed, 0) !== 0) throw new Error(`the kernel ${kernel} failed in one of its threads`);
    },
  };
}
