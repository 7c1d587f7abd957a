import { setImmediate as yieldToEventLoop } from 'node:timers/promises';
import type { Disposable } from '@shared/base/disposable';
import { Emitter } from '@shared/base/emitter';
import type { Log } from '@shared/base/log';
import { fitTargets, type FitTarget } from '@shared/energy/fit-targets';
import { fitPower } from '@shared/energy/power-fit';
import type { EventInput } from '@shared/model/event';
import { WHOLE_FACILITY, type PowerFit, type PowerFits } from '@shared/model/power-fit';
import type { PowerTree } from '@shared/model/power-tree';
import type { TimeRange } from '@shared/model/time-range';
import { message, type KeyedMessage, type Message } from '@shared/text/message';
import type { PowerFitTable } from '../../store/records/power-fits';
import { fitData, type FitHistory } from './read-history';

/** The history that a curve is made from. ms */
const WINDOW_MS = 30 * 86_400_000;

export interface PowerFitsOptions {
  readonly table: PowerFitTable;
  readonly tree: () => PowerTree;
  /** Feeds that count as branches of the supply and that nobody placed. */
  readonly branches: (placed: ReadonlySet<string>) => readonly string[];
  readonly history: (range: TimeRange, devices: readonly string[], signal: AbortSignal) => Promise<FitHistory>;
  readonly onEvent: (event: EventInput) => void;
  readonly log: Log;
  readonly wallMs?: () => number;
}

/** The curves of the power tree: made from its meters' history, kept, and made anew from time to time. */
export class PowerFitsKeeper {
  private readonly changed: Emitter<PowerFits>;
  private fits: readonly PowerFit[];
  private without: PowerFits['without'] = [];
  private lookedAtMs: number | null = null;
  private state: PowerFits;
  private running: Promise<PowerFits> | null = null;
  private readonly ended = new AbortController();

  constructor(private readonly options: PowerFitsOptions) {
    this.changed = new Emitter((error) => options.log('error', `a listener to the fitted curves failed: ${String(error)}`));
    this.fits = options.table.load();
    this.state = this.told();
  }

  /** The same object until something of it changes. */
  get current(): PowerFits {
    return this.state;
  }

  onChange(listener: (fits: PowerFits) => void): Disposable {
    return this.changed.on(listener);
  }

  /** Looks at the history again; one that is under way is waited for. */
  async refit(): Promise<PowerFits> {
    this.running ??= this.run().finally(() => (this.running = null));
    return this.running;
  }

  /** The tree was edited: what a curve is of may be gone, or metered by others. */
  onTree(): void {
    const names = new Map(this.options.tree().places.map(({ id, name }) => [id, name]));
    const left = this.fits.filter(({ of }) => of === WHOLE_FACILITY || names.has(of));
    for (const gone of this.fits.filter((fit) => !left.includes(fit)))
      this.tell(gone, message('message.event.fit.gone', { place: placeOf(gone) }));
    this.put(left.map((fit) => ({ ...fit, name: names.get(fit.of) ?? fit.name })));
  }

  async close(): Promise<void> {
    this.ended.abort();
    await this.running?.catch(() => undefined);
  }

  private async run(): Promise<PowerFits> {
    const { tree, branches, history, wallMs = Date.now } = this.options;
    const before = tree();
    const placed = new Set(before.places.flatMap(({ meters }) => meters.map(({ device }) => device)));
    const { targets, without } = fitTargets(before, branches(placed));
    const nowMs = wallMs();
    const range = { fromMs: Math.max(0, nowMs - WINDOW_MS), toMs: nowMs };
    const devices = [...new Set(targets.flatMap(({ above, below }) => [...above, ...below]))];
    const recorded = devices.length === 0 ? null : await this.narrowed(range, devices, history);
    const made: PowerFit[] = [];
    const refused: PowerFits['without'][number][] = [...without];
    for (const target of targets) {
      if (this.ended.signal.aborted) return this.state;
      const { of, kind, name } = target;
      const own = recorded === null ? message('message.fit.never') : await this.fitOne(target, recorded, nowMs);
      if ('id' in own) refused.push({ of, kind, name, why: own });
      else made.push(own);
    }
    // It was edited meanwhile: whoever edits asks again.
    if (tree() !== before || this.ended.signal.aborted) return this.state;
    this.lookedAtMs = nowMs;
    this.without = refused;
    this.put([...made, ...this.kept(targets, made, refused)]);
    return this.state;
  }

  /** Of a history that is shorter than the window, stretches that are shorter, too. */
  private async narrowed(range: TimeRange, devices: readonly string[], history: PowerFitsOptions['history']): Promise<RecordedHistory> {
    const whole = await history(range, devices, this.ended.signal);
    const first = Math.min(...devices.flatMap((device) => [...(whole.power(device)?.keys() ?? [])]));
    if (!Number.isFinite(first) || first * whole.bucketMs - range.fromMs < WINDOW_MS / 2) return { ...whole, range };
    const shorter = { fromMs: Math.floor(first * whole.bucketMs), toMs: range.toMs };
    return { ...(await history(shorter, devices, this.ended.signal)), range: shorter };
  }

  private async fitOne(target: FitTarget, recorded: RecordedHistory, madeAtMs: number): Promise<PowerFit | KeyedMessage> {
    const data = fitData(target, recorded);
    if (data === null) return message('message.fit.never');
    const fitted = await fitPower(target.kind, data, yieldToEventLoop);
    if ('id' in fitted) return fitted;
    const { of, kind, name, above, below } = target;
    const { fromMs, toMs } = recorded.range;
    return {
      ...fitted,
      of,
      kind,
      name,
      fromMs,
      toMs,
      madeAtMs,
      bucketMs: recorded.bucketMs,
      meters: { above: [...above], below: [...below] },
    };
  }

  /**
   * What could not be made anew: it stands as long as its meters do (their history may be short by now), and also when the meter of
   * what goes in was taken away while all that comes out is metered as before. Else it is of another plant than there is now.
   */
  private kept(targets: readonly FitTarget[], made: readonly PowerFit[], refused: PowerFits['without']): PowerFit[] {
    return this.fits.filter((fit) => {
      if (made.some((own) => isSame(own, fit))) return false;
      const target = targets.find((own) => isSame(own, fit));
      const isOfPlace = fit.of === WHOLE_FACILITY || this.options.tree().places.some(({ id }) => id === fit.of);
      const stands = target === undefined ? isOfPlace : equal(target.above, fit.meters.above) && equal(target.below, fit.meters.below);
      if (stands) return true;
      const why = refused.find((own) => isSame(own, fit))?.why;
      this.tell(fit, message('message.event.fit.dropped', { place: placeOf(fit), why: why ?? message('message.fit.never') }));
      return false;
    });
  }

  private put(fits: readonly PowerFit[]): void {
    for (const fit of fits)
      if (!this.fits.some((own) => isSame(own, fit)))
        this.tell(fit, message('message.event.fit.made', { place: placeOf(fit), days: daysOf(fit), points: fit.points }));
    if (JSON.stringify(fits) !== JSON.stringify(this.fits)) {
      this.options.table.save(fits);
      this.fits = fits;
    }
    this.state = this.told();
    this.changed.emit(this.state);
  }

  private told(): PowerFits {
    const { places } = this.options.tree();
    const standing = new Set(places.flatMap(({ meters }) => meters.map(({ device }) => device)));
    const isKept = ({ of, meters: { above } }: PowerFit): boolean =>
      of !== WHOLE_FACILITY && !above.every((device) => standing.has(device));
    const fits = this.fits.map((fit) => ({ ...fit, isKept: isKept(fit) }));
    return { lookedAtMs: this.lookedAtMs, fits, without: this.without.filter((own) => !this.fits.some((fit) => isSame(own, fit))) };
  }

  private tell({ of }: PowerFit, text: KeyedMessage): void {
    const atMs = (this.options.wallMs ?? Date.now)();
    this.options.onEvent({ atMs, device: 'room', kind: 'power.fit', code: of, severity: 'info', text });
  }
}

interface RecordedHistory extends FitHistory {
  readonly range: TimeRange;
}

const isSame = (a: Pick<PowerFit, 'of' | 'kind'>, b: Pick<PowerFit, 'of' | 'kind'>): boolean => a.of === b.of && a.kind === b.kind;

const equal = (a: readonly string[], b: readonly string[]): boolean => a.length === b.length && a.every((device) => b.includes(device));

const placeOf = ({ of, name }: PowerFit): Message => (of === WHOLE_FACILITY ? message('message.event.fit.facility') : name);

const daysOf = ({ fromMs, toMs }: PowerFit): number => Math.round(((toMs - fromMs) / 86_400_000) * 10) / 10;
