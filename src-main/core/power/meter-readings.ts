import type { MeterNow } from '@shared/energy/power-tree';
import type { MetricName } from '@shared/model/metric';
import type { MetricId } from '@shared/model/metrics';
import { quantity, withheld } from '@shared/model/provenance';
import type { Reading } from '@shared/model/series';
import { meterFlows, type MeterFlow } from '../store/records/meter-energy';

/** A reading older than this no longer stands for now; what is in force is heard again with each tick. ms */
const HOLD_MS = 5_000;

const POWER: MetricId = 'meter.power';
/** What a feed says that is a branch of the supply: its total, where it tells no other. */
const BRANCH: MetricId = 'facility.meter.power';
const IMPORT: MetricId = 'meter.energy.import';
const EXPORT: MetricId = 'meter.energy.export';
const HEAT: MetricId = 'meter.heat';
const counters: Readonly<Record<MeterFlow, MetricId>> = {
  import: IMPORT,
  export: EXPORT,
  heat: 'meter.heat.energy',
  volume: 'meter.volume',
};
/** All that a meter tells and that the power tree goes by. */
const FLOW: MetricId = 'meter.flow';
/** One that tells any of these is a meter of power. */
const electric: readonly MetricId[] = [POWER, BRANCH, IMPORT, EXPORT];
export const meterMetrics: ReadonlySet<MetricName> = new Set<MetricName>([POWER, BRANCH, HEAT, FLOW, ...Object.values(counters)]);

/** What is integrated where no counter tells it. */
const integrals: Partial<Record<MeterFlow, MetricId>> = { import: POWER, export: POWER, heat: HEAT };

interface Heard {
  reading: Reading;
  /** The answer itself: a source that is not asked again has its last one in force. */
  readMs: number;
  inForceMs: number;
}

/** What a counter of a meter shows. */
export interface CounterNow {
  readonly valueJ: number;
  /** Read for this tick. */
  readonly isNew: boolean;
}

export interface KnownMeter {
  readonly device: string;
  readonly label: string;
  readonly hasEnergy: boolean;
  /** What of it adds up. */
  readonly flows: readonly MeterFlow[];
}

/** The newest of what each meter tells: its power and its counters. */
export class MeterReadings {
  private readonly heard = new Map<string, Map<MetricName, Heard>>();
  /** Meters whose power was below zero: they give back, too. */
  private readonly givers = new Set<string>();
  private nowMs = -Infinity;
  private fluidMeters: ReadonlySet<string> = new Set();

  /** Takes in the readings in force at a tick. */
  take(nowMs: number, readings: readonly Reading[]): void {
    this.nowMs = nowMs;
    let isNew = false;
    for (const reading of readings) {
      if (!meterMetrics.has(reading.metric)) continue;
      if (reading.metric === POWER && reading.value !== null && reading.value < 0) this.givers.add(reading.device);
      const own = this.heard.get(reading.device) ?? new Map<MetricName, Heard>();
      if (own.size === 0) this.heard.set(reading.device, own);
      isNew ||= !own.has(reading.metric);
      const before = own.get(reading.metric);
      if (before === undefined) own.set(reading.metric, { reading, readMs: nowMs, inForceMs: nowMs });
      else {
        if (before.reading !== reading) before.readMs = nowMs;
        before.reading = reading;
        before.inForceMs = nowMs;
      }
    }
    if (isNew) this.fluidMeters = new Set([...this.heard.keys()].filter((device) => this.isFluid(device)));
  }

  /** Meters of heat or water alone; the same set until another metric is heard. */
  get fluids(): ReadonlySet<string> {
    return this.fluidMeters;
  }

  /** One that tells no power, nor does a phase of it. */
  private isFluid(device: string): boolean {
    const own = this.heard.get(device);
    return !electric.some((metric) => own?.has(metric) === true) && this.heard.get(`${device}/L1`)?.has(POWER) !== true;
  }

  /** Every meter that was ever heard since the start. */
  meters(): KnownMeter[] {
    return [...this.heard].map(([device, own]) => ({
      device,
      label: [...own.values()][0]?.reading.label ?? device,
      hasEnergy: own.has(IMPORT) || own.has(EXPORT),
      flows: meterFlows.filter(
        (flow) => own.has(counters[flow]) || (own.has(integrals[flow] ?? '') && (flow !== 'export' || this.givers.has(device))),
      ),
    }));
  }

  label(device: string): string {
    return [...(this.heard.get(device)?.values() ?? [])][0]?.reading.label ?? device;
  }

  power(device: string): MeterNow {
    const own = this.heard.get(device);
    const heard = own?.get(POWER) ?? own?.get(BRANCH);
    if (heard !== undefined) return this.nowOf(heard);
    return this.ofPhases(device) ?? { powerW: withheld('W', 'missing', 'measured'), readMs: this.nowMs };
  }

  counter(device: string, flow: MeterFlow): CounterNow | null {
    const heard = this.heard.get(device)?.get(counters[flow]);
    if (heard === undefined || heard.reading.value === null || this.nowMs - heard.inForceMs > HOLD_MS) return null;
    return { valueJ: heard.reading.value, isNew: heard.readMs === this.nowMs };
  }

  /** Heat flow, W. */
  heat(device: string): number | null {
    const heard = this.heard.get(device)?.get(HEAT);
    return heard === undefined ? null : this.nowOf(heard).powerW.value;
  }

  private nowOf({ reading, readMs, inForceMs }: Heard): MeterNow {
    const { value, provenance } = reading;
    const powerW =
      this.nowMs - inForceMs > HOLD_MS
        ? withheld('W', 'stale', provenance)
        : value === null
          ? withheld('W', 'no-sensor', provenance)
          : quantity(value, 'W', provenance);
    return { powerW, readMs };
  }

  /** A meter that tells no sum of its phases. */
  private ofPhases(device: string): MeterNow | null {
    const phases = ['L1', 'L2', 'L3'].flatMap((phase) => {
      const heard = this.heard.get(`${device}/${phase}`)?.get(POWER);
      return heard === undefined ? [] : [this.nowOf(heard)];
    });
    if (phases.length !== 3) return null;
    const silent = phases.find(({ powerW }) => powerW.value === null);
    const totalW = phases.reduce((sum, { powerW }) => sum + (powerW.value ?? 0), 0);
    return {
      powerW: silent?.powerW ?? quantity(totalW, 'W', 'derived'),
      readMs: Math.min(...phases.map(({ readMs }) => readMs)),
    };
  }
}
