import { Ring } from '@shared/base/ring';
import { medianBaseline, RunMeter, withheldBill, type Baseline, type PowerPoint } from '@shared/energy/run-bill';
import { worstProvenance, type Provenance } from '@shared/model/provenance';
import { isFinal, type Run, type RunEnergy } from '@shared/model/run';
import type { Settings } from '@shared/model/settings';
import type { RoomPoint } from './room-power';

/** How many idle seconds tell the idle power. */
const BASELINE_SAMPLES = 60;

export interface RunBillingOptions {
  readonly settings: () => Settings;
  readonly setEnergy: (runId: string, energy: RunEnergy) => void;
  /** Idle power by the model, for a run that began before enough idle samples were there; null = cannot say. */
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

/**
 * Bills every run its energy, cost and CO2e of the node it runs on, this machine, live from the room's ticks; the bill is
 * final with the first tick after the end. Of what the node draws while several run each gets an equal share. In a room that
 * this machine is no node of, nothing is known of a run's energy, and the bill says so.
 */
export class RunBilling {
  private readonly active = new Map<string, Active>();
  private readonly idle = new IdlePower();
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
    const meter = new RunMeter(this.passedAt(run.startedAtMs), this.idle.baseline() ?? this.options.modelledIdle());
    for (const other of this.active.values()) {
      meter.beside(other.run.id, other.meter.span);
      other.meter.beside(run.id, meter.span);
    }
    if (this.last) meter.add(this.last);
    this.active.set(run.id, { run, meter, ended: false });
  }

  /** Forgets a deleted run. */
  forget(runId: string): void {
    this.active.delete(runId);
  }

  /** @param isIdle whether the processors and GPUs of this machine are known to rest */
  onRoom(point: RoomPoint, isIdle: boolean): void {
    const power = localPoint(point);
    if (power === null) {
      this.withhold(point.passedMs);
      return;
    }
    this.idle.take(power, isIdle && this.active.size === 0);
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

  private withhold(passedMs: number): void {
    const { tariff, carbon } = this.options.settings();
    for (const { run, meter, ended } of [...this.active.values()]) {
      if (ended) this.active.delete(run.id);
      const spanMs = Math.max(0, (meter.span.endMs ?? passedMs) - meter.startMs);
      this.options.setEnergy(run.id, withheldBill(tariff, carbon, 'simulated-room', spanMs, ended));
    }
  }
}

/** What the node draws at rest, learned from moments in which it is known to rest and none of our runs is on it. */
class IdlePower {
  private samples = new Ring<number>(BASELINE_SAMPLES);
  private provenance: Provenance = 'measured';
  private excluded = '';

  take({ itW, itProvenance, excludedDevices }: PowerPoint, isIdle: boolean): void {
    const excluded = [...excludedDevices].sort().join();
    // Of other parts: another power.
    if (excluded !== this.excluded) this.samples = new Ring(BASELINE_SAMPLES);
    this.excluded = excluded;
    if (!isIdle || itW === null) return;
    this.samples.push(itW);
    this.provenance = worstProvenance([this.provenance, itProvenance]);
  }

  baseline(): Baseline | null {
    return medianBaseline(this.samples.toArray(), this.provenance);
  }
}

/** Training samples a run has processed: whole epochs and the batches of the one under way. */
export function samplesSeen(run: Run): number {
  if (!run.plan || run.plan.stepsPerEpoch <= 0) return 0;
  return Math.round((run.progress.step / run.plan.stepsPerEpoch) * run.plan.trainSamples);
}

/** This machine's part of the room at one moment; null when it is no node of it. */
function localPoint({ passedMs, itPowerW, localItPowerW, facilityPowerW, uncounted }: RoomPoint): PowerPoint | null {
  if (localItPowerW === null) return null;
  return {
    atMs: passedMs,
    itW: localItPowerW.value,
    itProvenance: localItPowerW.provenance,
    ...facilityShare(localItPowerW.value, itPowerW.value, facilityPowerW.value),
    facilityProvenance: facilityPowerW.provenance,
    excludedDevices: uncounted.flatMap(({ device, why }) => (why === 'excluded' ? [device] : [])),
  };
}

/**
 * What the facility draws for one node, W: all of it where the node is the room, else its share by IT power; null where a part
 * of that is not known.
 */
export function facilityShare(
  nodeW: number | null,
  roomW: number | null,
  facilityW: number | null,
): Pick<PowerPoint, 'facilityW' | 'ofRoom'> {
  if (facilityW === null || nodeW === roomW) return { facilityW, ofRoom: false };
  if (nodeW === null || roomW === null || roomW <= 0) return { facilityW: null, ofRoom: true };
  return { facilityW: (facilityW * nodeW) / roomW, ofRoom: true };
}
