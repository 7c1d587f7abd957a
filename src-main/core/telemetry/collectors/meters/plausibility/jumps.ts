import { metricOf, type MetricId } from '@shared/model/metrics';
import type { MetricName } from '@shared/model/metric';
import { message } from '@shared/text/message';
import { type Measured, type Finding } from './finding';

/** From where on a quantity does not grow a thousandfold by itself: what is switched on from standby may. */
const LEAST: Partial<Record<MetricName, number>> = {
  'meter.power': 5,
  'meter.power.apparent': 5,
  'meter.power.reactive': 5,
  'meter.current': 0.5,
  'meter.voltage': 1,
  'meter.flow': 0.5,
  'meter.heat': 50,
} satisfies Partial<Record<MetricId, number>>;
/** What falls to a thousandth was at least so many times the least. */
const LEAST_FALL = 20;
const KEPT = 5;
const LEARNED = 3;

/** A thousand, by a load that moves meanwhile. */
const isThousand = (ratio: number): boolean => ratio >= 700 && ratio <= 1_400;
/** Once it jumped, it is doubted until it is back, or somewhere that is no scale's doing. */
const isStillUp = (ratio: number): boolean => ratio >= 100;
const isStillDown = (ratio: number): boolean => ratio > 0 && ratio <= 1 / 250;

interface Level {
  /** The last that were believed, oldest first. */
  recent: number[];
  /** From what it jumped; null = it did not. */
  from: number | null;
}

/** Finds values that are a thousand times, or a thousandth, of what they were: W for kW after a restart, a factor that was lost. */
export class JumpWatch {
  private readonly levels = new Map<string, Level>();

  look(measured: Measured, isDoubted: (device: string, metric: MetricName) => boolean): Finding[] {
    const findings: Finding[] = [];
    for (const device of measured.devices) {
      const own = [...measured.of(device)].filter(({ metric }) => LEAST[metric] !== undefined && !isDoubted(device, metric));
      const ratios = new Map(own.map(({ metric, value }) => [metric, this.ratio(device, metric, value)]));
      for (const reading of own) {
        const { metric, value } = reading;
        const level = this.levelOf(device, metric);
        const ratio = ratios.get(metric) ?? null;
        const before = level.from ?? median(level.recent);
        if (ratio !== null && before !== null && this.isJump(level, metric, ratio, before) && !isExplained(metric, ratio, ratios)) {
          level.from = before;
          const { unit } = metricOf(reading);
          const told = { before, value, unit };
          const why = ratio > 1 ? message('message.plausible.jump', told) : message('message.plausible.fall', told);
          findings.push({ kind: 'jump', device, metric, why, effect: 'unconfirmed' });
          continue;
        }
        level.recent = level.from === null ? [...level.recent, value].slice(-KEPT) : [value];
        level.from = null;
      }
    }
    return findings;
  }

  private isJump(level: Level, metric: MetricName, ratio: number, before: number): boolean {
    if (level.from !== null) return isStillUp(ratio) || isStillDown(ratio);
    const least = LEAST[metric] ?? Infinity;
    if (level.recent.length < LEARNED) return false;
    return (isThousand(ratio) && Math.abs(before) >= least) || (isThousand(1 / ratio) && Math.abs(before) >= least * LEAST_FALL);
  }

  private ratio(device: string, metric: MetricName, value: number): number | null {
    const { from, recent } = this.levelOf(device, metric);
    const before = from ?? median(recent);
    return before === null || before === 0 ? null : Math.abs(value / before);
  }

  private levelOf(device: string, metric: MetricName): Level {
    const key = `${device}\n${metric}`;
    const level = this.levels.get(key) ?? { recent: [], from: null };
    this.levels.set(key, level);
    return level;
  }
}

/** A load that really came or went shows in power and current alike. */
function isExplained(metric: MetricName, ratio: number, ratios: ReadonlyMap<MetricName, number | null>): boolean {
  const other = ratios.get(metric === 'meter.current' ? 'meter.power' : 'meter.current') ?? null;
  if (other === null || metric === 'meter.voltage') return false;
  return ratio > 1 ? other >= 30 : other <= 0.05;
}

function median(values: readonly number[]): number | null {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? null;
}
