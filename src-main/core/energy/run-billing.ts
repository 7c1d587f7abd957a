import { Ring } from '@shared/base/ring';
import { medianBaseline, RUN_MAX_GAP_MS, RunMeter, type Baseline, type PowerPoint } from '@shared/energy/run-bill';
import { worstProvenance } from '@shared/model/provenance';
import { isFinal, type Run, type RunEnergy } from '@shared/model/run';
import type { Sample, Series } from '@shared/model/series';
import type { Settings } from '@shared/model/settings';
import type { StoreReader } from '../store/types';
import { HOST, ROOM, type RoomPoint } from './room-power';

/** How many quiet seconds before a run tell its idle power. */
const BASELINE_SAMPLES = 60;

export interface RunBillingOptions {
  readonly settings: () => Settings;
  readonly setEnergy: (runId: string, energy: RunEnergy) => void;
  /** Idle power by the model, for a run that began before enough quiet samples were there; null = cannot say. */
  readonly modelledIdle: () => Baseline | null;
  /**
   * When a moment of the wall clock that is just past was, on the clock of the points' `passedMs` (passedAt). Runs are billed
   * for the time that passed, wherever the wall clock was set to meanwhile. Default: they are the same clock.
   */
  readonly passedAt?: (atMs: number) => number;
}

interface Active {
  run: Run;
  readonly meter: RunMeter;
  ended: boolean;
}

/** Bills every run its energy, cost and CO2e, live from the room's ticks; the bill is final with the first tick after the end. */
export class RunBilling {
  private readonly active = new Map<string, Active>();
  private readonly quiet = new Ring<number>(BASELINE_SAMPLES);
  private quietProvenance: RoomPoint['itPowerW']['provenance'] = 'measured';
  private last: PowerPoint | null = null;

  private readonly passedAt: (atMs: number) => number;

  constructor(private readonly options: RunBillingOptions) {
    this.passedAt = options.passedAt ?? ((atMs) => atMs);
  }

  /** Tells a run's new state; it is metered from its start to its end. */
  onRun(run: Run): void {
    const known = this.active.get(run.id);
    if (known) {
      known.run = run;
      if (known.ended || !isFinal(run.status) || run.endedAtMs === null) return;
      known.ended = true;
      known.meter.endAt(this.passedAt(run.endedAtMs));
      return;
    }
    if (run.startedAtMs === null || isFinal(run.status)) return;
    const meter = new RunMeter(this.passedAt(run.startedAtMs), medianBaseline(this.quiet.toArray(), this.quietProvenance) ?? this.options.modelledIdle());
    if (this.last) meter.add(this.last);
    this.active.set(run.id, { run, meter, ended: false });
  }

  /** Forgets a deleted run. */
  forget(runId: string): void {
    this.active.delete(runId);
  }

  onRoom(point: RoomPoint): void {
    const power = toPowerPoint(point);
    if (this.active.size === 0 && power.itW !== null) {
      this.quiet.push(power.itW);
      this.quietProvenance = worstProvenance([this.quietProvenance, power.itProvenance]);
    }
    this.last = power;
    for (const { run, meter } of [...this.active.values()]) {
      meter.add(power);
      this.publish(run, meter, meter.complete);
    }
  }

  /** Makes every open bill final with the samples at hand; for the end of the core. */
  flush(): void {
    for (const { run, meter } of [...this.active.values()]) this.publish(run, meter, true);
  }

  private publish(run: Run, meter: RunMeter, final: boolean): void {
    const { tariff, carbon } = this.options.settings();
    if (final) this.active.delete(run.id);
    this.options.setEnergy(run.id, meter.bill(tariff, carbon, samplesSeen(run), final));
  }
}

/** Training samples a run has processed: whole epochs and the batches of the one under way. */
export function samplesSeen(run: Run): number {
  if (!run.plan || run.plan.stepsPerEpoch <= 0) return 0;
  return Math.round((run.progress.step / run.plan.stepsPerEpoch) * run.plan.trainSamples);
}

function toPowerPoint(point: RoomPoint): PowerPoint {
  return { atMs: point.passedMs, itW: point.itPowerW.value, itProvenance: point.itPowerW.provenance, facilityW: point.facilityPowerW.value, leftOut: point.uncounted.flatMap(({ device, why }) => (why === 'excluded' ? [device] : [])) };
}

/**
 * Bills a run from what the database holds: for one whose core was lost before its bill was final. Its idle power is no
 * longer known, so that split is withheld. null for a run that never started.
 */
export async function billFromHistory(run: Run, series: readonly Series[], reader: Pick<StoreReader, 'samples'>, settings: Settings): Promise<RunEnergy | null> {
  if (run.startedAtMs === null || run.endedAtMs === null) return null;
  const meter = new RunMeter(run.startedAtMs, null);
  const range = { fromMs: Math.floor(run.startedAtMs - RUN_MAX_GAP_MS), toMs: Math.ceil(run.endedAtMs + RUN_MAX_GAP_MS) };
  // What was left out then is not recorded with the samples: what is now is the nearest to it.
  const leftOut = settings.power.excludedDevices;
  const facility = new Map<number, number | null>();
  const read = async (metric: Series['metric']): Promise<{ own: Series; samples: Sample[] }[]> =>
    Promise.all(ofWholeRoom(series, metric).map(async (own) => ({ own, samples: await reader.samples({ seriesIds: [own.id], ...range }) })));
  for (const { samples } of await read('facility.power')) for (const { atMs, value } of samples) facility.set(atMs, value);
  const points = (await read('it.power'))
    .flatMap(({ own, samples }) => samples.map(({ atMs, value }): PowerPoint => ({ atMs, itW: value, itProvenance: own.provenance, facilityW: facility.get(atMs) ?? null, leftOut })))
    .sort((a, b) => a.atMs - b.atMs);
  meter.endAt(run.endedAtMs);
  for (const point of points) meter.add(point);
  return meter.bill(settings.tariff, settings.carbon, samplesSeen(run), true);
}

/** The room's own series of a metric where it has one (a room of several nodes), else this machine's. */
function ofWholeRoom(series: readonly Series[], metric: Series['metric']): Series[] {
  const all = series.filter((s) => s.metric === metric);
  const ofRoom = all.filter((s) => s.device === ROOM);
  return ofRoom.length > 0 ? ofRoom : all.filter((s) => s.device === HOST);
}
