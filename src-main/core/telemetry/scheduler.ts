import type { Log } from '@shared/base/log';
import type { Disposable } from '@shared/base/disposable';
import type { Reading } from '@shared/model/series';
import { english, message, messageOf, type Message } from '@shared/text/message';
import { settledWithin, type Clock } from './clock';
import type { Collector } from './collector';
import { errorText, type SourceReport } from './ingest';
import { checkReadings } from './readings';

/** `waiting`: not asked yet. `hung`: past its deadline and still not settled; not asked again before it settles. */
export interface CollectorState {
  readonly id: string;
  readonly state: 'waiting' | 'ok' | 'failing' | 'hung';
  readonly lastError: Message | null;
  /** Answers since the start; a rate needs two. */
  readonly answers: number;
  /** The last answer, and when it came: wall clock, ms; null = there was none. */
  readonly last: readonly Reading[];
  readonly lastAtMs: number | null;
  /** How long it has given nothing without a break, ms of the clock that nobody sets; null = it answers, or was not asked yet. */
  readonly failingForMs: number | null;
}

export interface SchedulerOptions {
  /** The first ones; see {@link Scheduler.add}. */
  readonly collectors: readonly Collector[];
  readonly clock: Clock;
  readonly log: Log;
  /** One call a tick with all that answered since the one before; `atMs` is a whole second of wall clock. */
  readonly onTick: (atMs: number, reports: readonly SourceReport[]) => void;
  /** The wall clock was set back to `atMs`. */
  readonly onSetBack: (atMs: number) => void;
  /** The wall clock jumped by so much against the time that passed. */
  readonly onClockStep?: (byMs: number, atMs: number) => void;
  /** A read is aborted after this long, ms. Default 5000. */
  readonly deadlineMs?: number;
}

const TICK_MS = 1000;
/** A timer may fire a little before its second. */
const EARLY_MS = 50;
/** How long a tick waits for the reads it began; what comes later belongs to the next tick. */
export const GRACE_MS = 400;
const DEFAULT_DEADLINE_MS = 5_000;
const MAX_BACKOFF_MS = 30_000;
const CLOSE_LIMIT_MS = 5_000;
/** A wall clock that is led (NTP) moves by less than this in a tick. */
const STEP_MS = 2_000;

interface Entry {
  readonly collector: Collector;
  state: CollectorState['state'];
  lastError: Message | null;
  /** The read under way, if any; settled or not decides whether it may be asked again. */
  reading: { readonly abort: AbortController; readonly settled: Promise<void> } | null;
  /** Monotonic time from which it is due. */
  dueMono: number;
  failures: number;
  answers: number;
  last: readonly Reading[];
  lastAtMs: number | null;
  failingSince: number | null;
  /** It is on the list no more: what it still answers is not heard. */
  removed: boolean;
  /** An answer not handed over yet; undefined = none. */
  arrived: readonly Reading[] | null | undefined;
}

/**
 * Asks every collector at its period, on whole seconds of wall clock. Durations are monotonic, so a clock that is set moves
 * only the stamps; a machine that slept or was busy gets one tick afterwards, not one for each it missed.
 * A collector that throws, hangs or answers garbage touches no other: it is shown as failing or hung, asked less often
 * (period × 2^failures, at most 30 s) and back to its period when it answers.
 * One that needs more than half its period is asked again only after as long as it took.
 */
export class Scheduler {
  private entries: readonly Entry[];
  private readonly deadlineMs: number;
  private readonly timers = new Set<Disposable>();
  private lastAtMs: number | null = null;
  private lastLook: { readonly wallMs: number; readonly passedMs: number } | null = null;
  private closing: Promise<void> | null = null;
  private started = false;
  /** Ends the newest tick with what has been answered; does nothing where it has ended. */
  private handOverNow: () => void = nothingWaits;

  constructor(private readonly options: SchedulerOptions) {
    this.deadlineMs = options.deadlineMs ?? DEFAULT_DEADLINE_MS;
    this.entries = options.collectors.map(newEntry);
  }

  get collectors(): readonly Collector[] {
    return this.entries.map(({ collector }) => collector);
  }

  /**
   * Asks one more from the next tick on.
   * @throws {Error} for an id that is there
   */
  add(collector: Collector): void {
    if (this.entries.some((entry) => entry.collector.id === collector.id)) throw new Error(`there is a collector ${collector.id}`);
    this.entries = [...this.entries, newEntry(collector)];
  }

  /** Takes one off the list at once, then ends its read and closes it. Resolves when that is done; does nothing for an unknown id. */
  async remove(id: string): Promise<void> {
    const entry = this.entries.find(({ collector }) => collector.id === id);
    if (!entry) return;
    entry.removed = true;
    this.entries = this.entries.filter((other) => other !== entry);
    await this.end(entry);
  }

  /** The first tick comes at once, the others on whole seconds. A second start does nothing. */
  start(): void {
    if (this.started || this.closing) return;
    this.started = true;
    this.tick();
  }

  states(): CollectorState[] {
    const nowMs = this.options.clock.passedMs();
    return this.entries.map(({ collector, state, lastError, answers, last, lastAtMs, failingSince }) => ({
      id: collector.id,
      state,
      lastError,
      answers,
      last,
      lastAtMs,
      failingForMs: failingSince === null ? null : nowMs - failingSince,
    }));
  }

  /** Until every source that is asked for the first time has answered, failed or passed its deadline. Never rejects. */
  async firstAnswers(): Promise<void> {
    await Promise.all(this.entries.flatMap(({ state, reading }) => (state === 'waiting' && reading ? [reading.settled] : [])));
  }

  /** Aborts the reads under way, waits for them (at most 5 s) and closes the collectors. Both of two calls wait. */
  close(): Promise<void> {
    this.closing ??= this.stop();
    return this.closing;
  }

  private async stop(): Promise<void> {
    for (const timer of this.timers) timer.dispose();
    this.timers.clear();
    await Promise.all(this.entries.map((entry) => this.end(entry)));
  }

  private async end({ collector, reading }: Entry): Promise<void> {
    const { clock, log } = this.options;
    reading?.abort.abort();
    if (reading)
      await settledWithin(clock, reading.settled, CLOSE_LIMIT_MS, () => log('warn', `${collector.id}: its last read did not end`));
    await settledWithin(clock, (async () => collector.close())(), CLOSE_LIMIT_MS, (error) =>
      log('warn', `${collector.id} could not be closed: ${errorText(error)}`),
    );
  }

  private tick(): void {
    const { clock } = this.options;
    const wallMs = clock.wallMs();
    const atMs = Math.floor((wallMs + EARLY_MS) / TICK_MS) * TICK_MS;
    this.later(() => this.tick(), atMs + TICK_MS - wallMs);
    this.compareClocks(wallMs, atMs);
    // Each second is stamped once, also when the clock was set back within it.
    if (atMs === this.lastAtMs) return;
    // The one before may still wait for its answers, above all the first, which begins within a second: ticks come in their order.
    this.handOverNow();
    if (this.lastAtMs !== null && atMs < this.lastAtMs) this.safely(() => this.options.onSetBack(atMs));
    this.lastAtMs = atMs;

    const begun = this.entries
      .filter((entry) => entry.reading === null && clock.monoMs() >= entry.dueMono)
      .map((entry) => this.read(entry));
    this.handOverWhen(Promise.all(begun), atMs);
  }

  private compareClocks(wallMs: number, atMs: number): void {
    const before = this.lastLook;
    const passedMs = this.options.clock.passedMs();
    this.lastLook = { wallMs, passedMs };
    if (before === null) return;
    const byMs = wallMs - before.wallMs - (passedMs - before.passedMs);
    if (byMs > 0 && !this.options.clock.knowsSleep) return;
    if (Math.abs(byMs) >= STEP_MS) this.safely(() => this.options.onClockStep?.(byMs, atMs));
  }

  private handOverWhen(answered: Promise<unknown>, atMs: number): void {
    let open = true;
    const handOver = (): void => {
      if (!open || this.closing) return;
      open = false;
      if (this.handOverNow === handOver) this.handOverNow = nothingWaits;
      this.cancel(grace);
      const reports: SourceReport[] = [];
      for (const entry of this.entries) {
        if (entry.arrived === undefined) continue;
        reports.push({ source: entry.collector.id, readings: entry.arrived });
        entry.arrived = undefined;
      }
      this.safely(() => this.options.onTick(atMs, reports));
    };
    const grace = this.later(handOver, GRACE_MS);
    this.handOverNow = handOver;
    void answered.then(handOver);
  }

  /** Begins a read; resolves when its answer is known or its deadline passed. Never rejects. */
  private read(entry: Entry): Promise<void> {
    const { clock } = this.options;
    const abort = new AbortController();
    const startedMono = clock.monoMs();
    const deadlineMs = entry.collector.deadlineMs ?? this.deadlineMs;
    let expired = false;
    const answer = (async () => entry.collector.read(abort.signal))();
    return new Promise((resolve) => {
      const deadline = this.later(() => {
        expired = true;
        this.failed(entry, startedMono, message('message.noAnswer', { seconds: deadlineMs / 1000 }), 'hung');
        abort.abort();
        resolve();
      }, deadlineMs);
      const settle = (finish: () => void): void => {
        this.cancel(deadline);
        entry.reading = null;
        if (expired) {
          // Too late to be of use; but it may be asked again.
          entry.state = 'failing';
        } else if (!abort.signal.aborted) finish();
        resolve();
      };
      const settled = answer.then(
        (value) =>
          settle(() => {
            const readings = checkReadings(value);
            if (readings === null) this.failed(entry, startedMono, message('message.collector.garbage'), 'failing');
            else this.answered(entry, startedMono, readings);
          }),
        (error: unknown) => settle(() => this.failed(entry, startedMono, messageOf(error), 'failing')),
      );
      entry.reading = { abort, settled };
    });
  }

  private answered(entry: Entry, startedMono: number, readings: readonly Reading[]): void {
    const { clock, log } = this.options;
    if (entry.removed) return;
    if (entry.failures > 0) log('info', `${entry.collector.id} works again`);
    entry.state = 'ok';
    entry.lastError = null;
    entry.failures = 0;
    entry.arrived = readings;
    entry.answers++;
    entry.last = readings;
    entry.lastAtMs = Math.round(clock.wallMs());
    entry.failingSince = null;
    const tookMs = clock.monoMs() - startedMono;
    const restMs = tookMs > entry.collector.periodMs / 2 ? tookMs : 0;
    entry.dueMono = Math.max(startedMono + entry.collector.periodMs, clock.monoMs() + restMs) - TICK_MS / 2;
  }

  private failed(entry: Entry, startedMono: number, why: Message, state: 'failing' | 'hung'): void {
    if (entry.removed) return;
    const message = english(why);
    if (entry.lastError === null || english(entry.lastError) !== message) this.options.log('warn', `${entry.collector.id}: ${message}`);
    entry.state = state;
    entry.lastError = why;
    entry.failingSince ??= this.options.clock.passedMs();
    entry.arrived = null;
    const backoffMs = Math.max(entry.collector.periodMs, Math.min(MAX_BACKOFF_MS, entry.collector.periodMs * 2 ** entry.failures));
    entry.failures = Math.min(entry.failures + 1, 16);
    entry.dueMono = startedMono + backoffMs - TICK_MS / 2;
  }

  /** Nothing that a tick does may end the ticks, or the process. */
  private safely(work: () => void): void {
    try {
      work();
    } catch (error) {
      this.options.log('error', `a tick failed: ${errorText(error)}`);
    }
  }

  private later(callback: () => void, delayMs: number): Disposable {
    const timer = this.options.clock.setTimer(() => {
      this.timers.delete(timer);
      callback();
    }, delayMs);
    this.timers.add(timer);
    return timer;
  }

  private cancel(timer: Disposable): void {
    this.timers.delete(timer);
    timer.dispose();
  }
}

function nothingWaits(): void {}

function newEntry(collector: Collector): Entry {
  return {
    collector,
    state: 'waiting',
    lastError: null,
    reading: null,
    dueMono: -Infinity,
    failures: 0,
    answers: 0,
    last: [],
    lastAtMs: null,
    failingSince: null,
    removed: false,
    arrived: undefined,
  };
}
