import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import type { Log } from '@shared/base/log';
import { Emitter } from '@shared/base/emitter';
import { AppError } from '@shared/contract/errors';
import { SelftestResult, type SelftestPhaseName, type SelftestState } from '@shared/model/selftest';
import { message, messageOf, type Message } from '@shared/text/message';
import { SETTLE_MS, testGpus, type SelftestOptions } from './gpu-selftest';

/** How often its progress is told, ms. */
const TELL_EVERY_MS = 500;

interface SelftestsOptions extends Pick<SelftestOptions, 'workerPath' | 'version' | 'libraries'> {
  /** Where the newest result is kept. */
  readonly path: string;
  readonly isSimulated: boolean;
  readonly log: Log;
}

interface UnderWay {
  readonly abort: AbortController;
  readonly phases: readonly SelftestPhaseName[];
  readonly phaseMs: number;
  phase: SelftestPhaseName | null;
  phaseFromMono: number;
  gpus: number;
  done: Promise<void>;
}

/** The self-tests that pages ask for: one at a time, the newest result kept. */
export class Selftests {
  readonly changed: Emitter<SelftestState>;
  private underWay: UnderWay | null = null;
  private result: SelftestResult | null;
  private why: Message | null = null;

  constructor(private readonly options: SelftestsOptions) {
    this.changed = new Emitter((error) => options.log('error', `a listener of the self-test failed: ${String(error)}`));
    this.result = readResult(options.path);
  }

  get state(): SelftestState {
    return { running: this.underWay === null ? null : runningOf(this.underWay), result: this.result, why: this.why };
  }

  /** @throws AppError `conflict` */
  start(seconds: number, withLoad: boolean): void {
    if (this.options.isSimulated) throw new AppError('conflict', message('message.selftest.simulated'));
    if (this.underWay !== null) throw new AppError('conflict', message('message.selftest.underWay'));
    const underWay: UnderWay = {
      abort: new AbortController(),
      phases: withLoad ? ['idle', 'load'] : ['idle'],
      phaseMs: seconds * 1000 + SETTLE_MS,
      phase: null,
      phaseFromMono: 0,
      gpus: 0,
      done: Promise.resolve(),
    };
    this.underWay = underWay;
    this.why = null;
    underWay.done = this.run(underWay, seconds, withLoad);
    this.changed.emit(this.state);
  }

  stop(): void {
    this.underWay?.abort.abort();
  }

  async close(): Promise<void> {
    this.stop();
    await this.underWay?.done;
    this.changed.clear();
  }

  private async run(underWay: UnderWay, seconds: number, withLoad: boolean): Promise<void> {
    const { path, log, workerPath, version, libraries } = this.options;
    const telling = setInterval(() => this.changed.emit(this.state), TELL_EVERY_MS);
    telling.unref();
    try {
      const result = await testGpus({
        ...{ workerPath, version, libraries, seconds, withLoad },
        signal: underWay.abort.signal,
        onPhase: (phase, gpus) => Object.assign(underWay, { phase, gpus: gpus.length, phaseFromMono: performance.now() }),
      });
      if ('why' in result) this.why = message('message.selftest.none', { why: result.why.replace(/\.$/, '') });
      else {
        this.result = result;
        keepResult(path, result, log);
      }
    } catch (error) {
      const isStopped = underWay.abort.signal.aborted;
      if (!isStopped) log('error', `the self-test failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
      this.why = isStopped ? message('message.selftest.stopped') : message('message.selftest.failed', { why: messageOf(error) });
    } finally {
      clearInterval(telling);
      this.underWay = null;
      this.changed.emit(this.state);
    }
  }
}

function runningOf({ phases, phaseMs, phase, phaseFromMono, gpus }: UnderWay): NonNullable<SelftestState['running']> {
  const totalMs = phases.length * phaseMs;
  const at = phase === null ? 0 : phases.indexOf(phase) * phaseMs + Math.min(phaseMs, performance.now() - phaseFromMono);
  return { phase, gpus, share: at / totalMs, remainingMs: totalMs - at };
}

function readResult(path: string): SelftestResult | null {
  try {
    return SelftestResult.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch {
    return null;
  }
}

function keepResult(path: string, result: SelftestResult, log: Log): void {
  try {
    writeFileSync(`${path}.new`, `${JSON.stringify(result, null, 2)}\n`, { mode: 0o600 });
    renameSync(`${path}.new`, path);
  } catch (error) {
    log('warn', `the result of the self-test could not be kept: ${error instanceof Error ? error.message : String(error)}`);
  }
}
