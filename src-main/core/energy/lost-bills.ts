import { RUN_MAX_GAP_MS, RunMeter, withheldBill } from '@shared/energy/run-bill';
import type { Run, RunEnergy } from '@shared/model/run';
import type { Provenance } from '@shared/model/provenance';
import type { Series } from '@shared/model/series';
import type { Settings } from '@shared/model/settings';
import type { SamplePage } from '../store/samples/types';
import type { StoreReader } from '../store/types';
import { HOST, ROOM } from './room-power';
import { facilityShare, samplesSeen } from './run-billing';

/** Samples of one series held at a time; twice, as the next are read while these are added up. */
const PAGE_SAMPLES = 20_000;

export interface BillSource {
  readonly series: readonly Series[];
  readonly reader: Pick<StoreReader['samples'], 'page'>;
  readonly settings: Settings;
  /** The runs of the same time: what they were on this node together, they share. */
  readonly runs: readonly Pick<Run, 'id' | 'startedAtMs' | 'endedAtMs'>[];
  /** Whether the room is simulated: what is recorded in it is of no run. */
  readonly simulated: boolean;
  readonly signal?: AbortSignal;
}

/**
 * Bills a run from what the database holds: for one whose core was lost before its bill was final. Its idle power is no
 * longer known, so that split is withheld. The samples are gone through page by page, however long the run was.
 * @returns null for a run that never started
 */
export async function billFromHistory(run: Run, source: BillSource): Promise<RunEnergy | null> {
  if (run.startedAtMs === null || run.endedAtMs === null) return null;
  const { settings, series, simulated } = source;
  const { tariff, carbon } = settings;
  if (simulated) return withheldBill(tariff, carbon, 'simulated-room', Math.max(0, run.endedAtMs - run.startedAtMs), true);
  const meter = new RunMeter(run.startedAtMs, null);
  meter.endAt(run.endedAtMs);
  for (const other of source.runs) {
    if (other.id === run.id || other.startedAtMs === null || other.startedAtMs >= run.endedAtMs) continue;
    if (other.endedAtMs !== null && other.endedAtMs <= run.startedAtMs) continue;
    meter.beside(other.id, { startMs: other.startedAtMs, endMs: other.endedAtMs });
  }
  // What was left out then is not recorded with the samples: what is now is the nearest to it.
  const { excludedDevices } = settings.power;
  const range = { fromMs: Math.floor(run.startedAtMs - RUN_MAX_GAP_MS), toMs: Math.ceil(run.endedAtMs + RUN_MAX_GAP_MS) };
  const lane = (device: string, metric: Series['metric']): Lane =>
    new Lane(series.filter((own) => own.device === device && own.metric === metric).map((own) => new Cursor(own, range, source)));
  const [node, room, facility] = [lane(HOST, 'it.power'), lane(ROOM, 'it.power'), lane(ROOM, 'facility.power')];
  const lanes = [node, room, facility];
  for (let atMs = await firstOf(lanes); atMs < Infinity; atMs = await firstOf(lanes)) {
    // Within the pages at hand nothing is waited for: a page is added up in one go.
    for (const untilMs = Math.min(...lanes.map((own) => own.heldUntilMs)); atMs <= untilMs && atMs < Infinity; atMs = nextOf(lanes)) {
      for (const own of lanes) own.moveTo(atMs);
      const nodeW = node.value;
      const roomW = room.isThere ? room.value : nodeW;
      meter.add({
        atMs,
        itW: nodeW,
        itProvenance: node.provenance,
        ...facilityShare(nodeW, roomW, facility.value),
        facilityProvenance: facility.provenance,
        excludedDevices,
      });
    }
  }
  return meter.bill(tariff, carbon, samplesSeen(run), true);
}

const nextOf = (lanes: readonly Lane[]): number => Math.min(...lanes.map((lane) => lane.nextMs));

async function firstOf(lanes: readonly Lane[]): Promise<number> {
  for (const lane of lanes) await lane.fill();
  return nextOf(lanes);
}

/** The series of one quantity, of whose provenances one has the word at each moment. */
class Lane {
  value: number | null = null;
  provenance: Provenance = 'derived';
  /** Whether any of them has a sample at the moment. */
  isThere = false;

  constructor(private readonly cursors: readonly Cursor[]) {}

  get nextMs(): number {
    return Math.min(Infinity, ...this.cursors.map((cursor) => cursor.atMs));
  }

  /** Up to here nothing more has to be read. */
  get heldUntilMs(): number {
    return Math.min(Infinity, ...this.cursors.map((cursor) => cursor.heldUntilMs));
  }

  async fill(): Promise<void> {
    for (const cursor of this.cursors) await cursor.fill();
  }

  moveTo(atMs: number): void {
    this.value = null;
    this.isThere = false;
    for (const cursor of this.cursors) {
      if (cursor.atMs !== atMs) continue;
      const value = cursor.take();
      this.isThere = true;
      if (value === null) continue;
      this.value = value;
      this.provenance = cursor.provenance;
    }
  }
}

const none: SamplePage = { atMs: new Float64Array(0), value: new Float64Array(0) };

/** One series from its first sample in the range to the last, a page ahead. */
class Cursor {
  readonly provenance: Provenance;
  private page = none;
  private index = 0;
  private ahead: Promise<SamplePage> | null;

  constructor(
    private readonly series: Series,
    private readonly range: { readonly fromMs: number; readonly toMs: number },
    private readonly source: Pick<BillSource, 'reader' | 'signal'>,
  ) {
    this.provenance = series.provenance;
    this.ahead = this.ask(range.fromMs);
  }

  /** Of the next sample; Infinity = there is none at hand. */
  get atMs(): number {
    return this.page.atMs[this.index] ?? Infinity;
  }

  get heldUntilMs(): number {
    return this.ahead === null ? Infinity : (this.page.atMs.at(-1) ?? -Infinity);
  }

  take(): number | null {
    const value = this.page.value[this.index++] ?? Number.NaN;
    return Number.isNaN(value) ? null : value;
  }

  async fill(): Promise<void> {
    if (this.index < this.page.atMs.length || this.ahead === null) return;
    this.page = await this.ahead;
    this.index = 0;
    const last = this.page.atMs.at(-1);
    this.ahead = last === undefined || this.page.atMs.length < PAGE_SAMPLES ? null : this.ask(last + 1);
  }

  private ask(fromMs: number): Promise<SamplePage> {
    const { reader, signal } = this.source;
    const page = reader.page({ seriesId: this.series.id, fromMs, toMs: this.range.toMs, limit: PAGE_SAMPLES }, signal);
    // It may fail before anyone waits for it; who waits hears of it.
    page.catch(() => undefined);
    return page;
  }
}

export interface LostBillsOptions {
  /** Runs whose core was lost before their bill was final. */
  readonly open: readonly Run[];
  readonly source: (run: Run) => Omit<BillSource, 'signal'>;
  readonly setEnergy: (runId: string, energy: RunEnergy) => void;
  readonly log: (level: 'warn', text: string) => void;
}

/** Makes the bills that a lost core left open, one after another, beside all else. */
export class LostBills {
  private readonly abort = new AbortController();
  private readonly done: Promise<void>;

  constructor(private readonly options: LostBillsOptions) {
    this.done = this.billAll();
  }

  /** What is not billed by then is billed at the next start. */
  async close(): Promise<void> {
    this.abort.abort();
    await this.done;
  }

  private async billAll(): Promise<void> {
    const { open, source, setEnergy, log } = this.options;
    const { signal } = this.abort;
    for (const run of open) {
      try {
        const energy = await billFromHistory(run, { ...source(run), signal });
        if (energy && !signal.aborted) setEnergy(run.id, energy);
      } catch (error) {
        if (signal.aborted) return;
        log('warn', `the energy of run ${run.id} stays as it was when the core was lost: ${String(error)}`);
      }
    }
  }
}
