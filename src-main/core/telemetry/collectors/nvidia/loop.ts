import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { saneValue, type MetricId } from '@shared/model/metrics';
import type { Reading } from '@shared/model/series';
import { message } from '@shared/text/message';
import { childEnvironment } from '../../../../children/environment';
import { endGroup, endLeftBehind, inOwnGroup } from '../../../../children/group';
import { nvidiaPciId, pciAddress, realSerial, type Identity } from '../../../devices/identity';
import type { DeviceRegistry } from '../../../devices/registry';
import { exitOf, failure, NvidiaSmiError } from './program';

/** The columns asked for, in order; all known to drivers since 2019. Null = not a metric. */
const columns: readonly (readonly [query: string, metric: MetricId | null, scale: number])[] = [
  ['index', null, 1],
  ['uuid', null, 1],
  ['name', null, 1],
  ['driver_version', null, 1],
  ['pci.bus_id', null, 1],
  ['serial', null, 1],
  ['pci.device_id', null, 1],
  ['power.draw', 'gpu.power', 1],
  ['power.limit', 'gpu.power.limit', 1],
  ['temperature.gpu', 'gpu.temperature', 1],
  ['temperature.memory', 'gpu.temperature.memory', 1],
  ['utilization.gpu', 'gpu.load', 1],
  ['utilization.memory', 'gpu.memory.load', 1],
  ['memory.used', 'gpu.memory.used', 2 ** 20],
  ['memory.total', 'gpu.memory.total', 2 ** 20],
  ['fan.speed', 'gpu.fan', 1],
  ['clocks.sm', 'gpu.clock.sm', 1],
  ['clocks.mem', 'gpu.clock.memory', 1],
  ['pcie.link.gen.current', 'gpu.pcie.generation', 1],
  ['pcie.link.width.current', 'gpu.pcie.width', 1],
];
const loopArguments = [`--query-gpu=${columns.map(([query]) => query).join(',')}`, '--format=csv,noheader,nounits', '-lms', '1000'];

/** A program that prints nothing for this long is stuck. */
const SILENCE_MS = 5_000;
const FIRST_BACKOFF_MS = 1_000;
const MAX_BACKOFF_MS = 30_000;
/** After the first line, the lines of the other GPUs follow within this. */
const REST_OF_ROUND_MS = 50;
const MAX_LINE = 4_096;

/** One line: one GPU at one time. */
export interface LoopGpu extends Identity {
  /** Its place in the program's order. */
  readonly index: number;
  /** Null when the GPU does not tell it: it is lost. */
  readonly name: string | null;
  readonly driver: string | null;
  readonly values: readonly (readonly [MetricId, number | null])[];
}

/**
 * One line of `nvidia-smi --query-gpu=… --format=csv,noheader,nounits`; null when it is none.
 * "[N/A]", "[Not Supported]", "[Unknown Error]" and "[GPU is lost]" are missing values.
 */
function readLoopLine(line: string): LoopGpu | null {
  const cells = line.split(',').map((cell) => cell.trim());
  if (cells.length !== columns.length || !/^\d+$/.test(cells[0] ?? '')) return null;
  const [index, uuid = '', name = '', driver = '', bus = '', serial = '', pciId = ''] = cells;
  return {
    index: Number(index),
    uuid: /^(GPU|MIG)-/.test(uuid) ? uuid : null,
    serial: realSerial(serial),
    bus: pciAddress(bus),
    pciId: nvidiaPciId(pciId),
    name: /^\[|is lost|unknown error/i.test(name) || name === '' ? null : name,
    driver: /^\d/.test(driver) ? driver : null,
    values: columns.flatMap(([, metric, scale], i): [MetricId, number | null][] => {
      if (metric === null) return [];
      const cell = cells[i] ?? '';
      return [[metric, /^-?\d+(\.\d+)?$/.test(cell) ? saneValue(metric, Number(cell) * scale) : null]];
    }),
  };
}

/** A GPU of the loop by its label. */
export interface LoopDevice {
  readonly device: string;
  readonly name: string;
  readonly driver: string | null;
  readonly powerW: number | null;
  readonly powerLimitW: number | null;
}

interface Seen {
  readonly gpu: LoopGpu;
  readonly mono: number;
}

/**
 * One nvidia-smi that runs on and prints every second. It is started by the first read and, when it ends, again after
 * 1, 2, 4 … 30 s. Between, what it printed last stands for at most {@link SILENCE_MS}.
 */
export class NvidiaSmiLoop {
  private child: ChildProcess | null = null;
  /** By place. What is at a place stays there while one program runs. */
  private readonly seen = new Map<number, Seen>();
  /** The places of the round that is under way, and those of the last one that was whole. */
  private round: number[] = [];
  private wholeRound: readonly number[] | null = null;
  private printed = false;
  /** What answered at each place since the program began. */
  private readonly labels = new Map<number, string>();
  private startedMono = 0;
  private lastLineMono = -Infinity;
  private restarts = 0;
  private startAgainMono = -Infinity;
  private error: NvidiaSmiError | null = null;
  private readonly waiting = new Set<() => void>();
  private closed = false;

  constructor(
    private readonly command: readonly [string, ...string[]],
    private readonly monoMs: () => number,
    private readonly devices: DeviceRegistry,
  ) {}

  /** What its end said when it printed no line and will not: it knows no loop, or one lost GPU stops it. Null when it works or is not known yet. */
  get failed(): NvidiaSmiError | null {
    if (this.printed) return null;
    return this.lastLineMono === -Infinity || this.error?.kind === 'lost-gpu' ? this.error : null;
  }

  /** @throws {NvidiaSmiError} while it gives no lines; the signal ends the waiting, not the program */
  async read(signal: AbortSignal): Promise<Reading[]> {
    this.startIfDue();
    if (this.seen.size === 0 && this.child !== null) await this.nextWord(signal);
    const now = this.monoMs();
    const fresh = [...this.seen.values()].filter(({ mono }) => now - mono < SILENCE_MS).map(({ gpu }) => gpu);
    if (fresh.length > 0) return this.named(fresh).flatMap(({ gpu, device }) => readingsOf(gpu, device));
    if (this.child !== null && now - Math.max(this.startedMono, this.lastLineMono) >= SILENCE_MS) {
      endGroup(this.child.pid, 'SIGKILL');
      throw new NvidiaSmiError(message('message.smi.silentFor', { pid: this.child.pid ?? '?', seconds: SILENCE_MS / 1000 }), 'failed');
    }
    throw this.error ?? new NvidiaSmiError(message('message.smi.silentYet'), 'failed');
  }

  gpus(): LoopDevice[] {
    const value = (gpu: LoopGpu, wanted: MetricId): number | null => gpu.values.find(([metric]) => metric === wanted)?.[1] ?? null;
    return this.named([...this.seen.values()].map(({ gpu }) => gpu)).map(({ gpu, device }) => ({
      device,
      name: gpu.name ?? 'NVIDIA GPU',
      driver: gpu.driver,
      powerW: value(gpu, 'gpu.power'),
      powerLimitW: value(gpu, 'gpu.power.limit'),
    }));
  }

  /** Kills the program and waits for its end, at most 2 s; the next read starts it again. */
  async rest(): Promise<void> {
    const child = this.child;
    this.child = null;
    this.seen.clear();
    for (const wake of this.waiting) wake();
    if (!child) return;
    endGroup(child.pid, 'SIGKILL');
    child.stdout?.destroy();
    child.stderr?.destroy();
    await exitOf(child);
    child.unref();
  }

  /** The same for good. Safe twice. */
  async close(): Promise<void> {
    this.closed = true;
    await this.rest();
  }

  /** Those that answer, by their labels; the registry is told who is there once a round was whole. */
  private named(gpus: readonly LoopGpu[]): { gpu: LoopGpu; device: string }[] {
    const answering = gpus.filter(({ name }) => name !== null);
    const labels = this.devices.resolve(
      'nvidia',
      answering.map(({ uuid, serial, bus, pciId, name, index }) => ({ uuid, serial, bus, pciId, model: name, preferred: `gpu${index}` })),
    );
    const named = answering.flatMap((gpu, i) => {
      const device = labels[i];
      return device ? [{ gpu, device }] : [];
    });
    for (const { gpu, device } of named) this.labels.set(gpu.index, device);
    if (this.wholeRound !== null) {
      const listed = this.wholeRound.flatMap((index) => {
        const device = this.labels.get(index);
        const answers = named.some(({ gpu }) => gpu.index === index);
        return device === undefined ? [] : [{ device, lost: answers ? null : message('message.smi.tellsNothing') }];
      });
      this.devices.report('nvidia', listed);
    }
    return named;
  }

  private startIfDue(): void {
    if (this.closed || this.child !== null || this.monoMs() < this.startAgainMono) return;
    const [program, ...leading] = this.command;
    // In a process group of its own, so that a wrapper script goes with the program it wraps.
    const child = spawn(program, [...leading, ...loopArguments], {
      stdio: ['ignore', 'pipe', 'pipe'],
      ...inOwnGroup,
      env: childEnvironment(['gpu']),
    });
    this.child = child;
    this.startedMono = this.monoMs();
    this.printed = false;
    this.round = [];
    this.wholeRound = null;
    this.labels.clear();
    let output = '';
    child.stderr.on('data', (chunk: Buffer) => {
      if (output.length < 2_000) output += chunk.toString('utf8');
    });
    createInterface({ input: child.stdout }).on('line', (line) => {
      const gpu = line.length > MAX_LINE ? null : readLoopLine(line);
      if (gpu === null) {
        if (output.length < 2_000) output += `${line.slice(0, 300)}\n`;
        return;
      }
      this.lastLineMono = this.monoMs();
      this.restarts = 0;
      this.error = null;
      this.printed = true;
      if (gpu.index <= (this.round.at(-1) ?? -1)) {
        this.wholeRound = this.round;
        this.round = [];
      }
      this.round.push(gpu.index);
      this.seen.set(gpu.index, { gpu, mono: this.lastLineMono });
      this.wake(REST_OF_ROUND_MS);
    });
    const ended = (error: NvidiaSmiError): void => {
      if (this.child !== child) return;
      this.child = null;
      this.error = error;
      this.seen.clear();
      this.startAgainMono = this.monoMs() + Math.min(MAX_BACKOFF_MS, FIRST_BACKOFF_MS * 2 ** this.restarts);
      this.restarts++;
      this.wake(0);
    };
    child.on('error', (error: NodeJS.ErrnoException) =>
      ended(
        error.code === 'ENOENT'
          ? new NvidiaSmiError(message('message.smi.notInstalled', { program }), 'missing')
          : new NvidiaSmiError(error.message, 'failed'),
      ),
    );
    child.on('exit', () => endLeftBehind(child.pid));
    child.on('close', (code, signal) =>
      ended(code === 0 ? new NvidiaSmiError(message('message.smi.endedItself'), 'failed') : failure(code, signal, output)),
    );
  }

  private wake(afterMs: number): void {
    const waiting = [...this.waiting];
    this.waiting.clear();
    if (waiting.length > 0) setTimeout(() => waiting.forEach((wake) => wake()), afterMs);
  }

  /** Until a line came, the program ended or the signal aborts. */
  private nextWord(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const onAbort = (): void => {
        this.waiting.delete(wake);
        reject(new NvidiaSmiError(message('message.smi.silentInTime'), 'failed'));
      };
      const wake = (): void => {
        signal.removeEventListener('abort', onAbort);
        resolve();
      };
      signal.addEventListener('abort', onAbort, { once: true });
      this.waiting.add(wake);
    });
  }
}

function readingsOf(gpu: LoopGpu, device: string): Reading[] {
  return gpu.values.map(([metric, value]) => ({ device, label: gpu.name ?? 'NVIDIA GPU', metric, provenance: 'measured', value }));
}
