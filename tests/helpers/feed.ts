import { defaultSettings } from '@shared/model/settings';
import type { CollectorSettings } from '@shared/model/collector';
import type { Reading } from '@shared/model/series';
import { english, messageOf } from '@shared/text/message';
import type { Collector } from '../../src-main/core/telemetry/collector';
import { machineEnvironment } from '../../src-main/core/telemetry/collector';
import { collectorContext, type CollectorContext } from '../../src-main/core/telemetry/collector-context';
import type { CollectorKind, TestReading } from '../../src-main/core/telemetry/collector-kind';

/** The times that a feed goes by, moved by the test. */
export class FeedTime {
  wall = Date.UTC(2026, 10, 2, 12);
  mono = 0;

  pass(ms: number): void {
    this.wall += ms;
    this.mono += ms;
  }
}

/** A feed by its kind, as it runs and as it is tried. */
export interface FeedUnderTest {
  readonly collector: Collector;
  try(): Promise<readonly TestReading[]>;
  read(): Promise<readonly Reading[]>;
  close(): Promise<void>;
}

/**
 * @param secrets what is kept, by id
 * @param time default: the machine's
 */
export function feedUnderTest(
  kind: CollectorKind,
  settings: CollectorSettings,
  secrets: Readonly<Record<string, string>> = {},
  time: FeedTime | null = null,
): FeedUnderTest {
  const context: CollectorContext = collectorContext(machineEnvironment(), {
    cpuPower: {} as never,
    devices: {} as never,
    secrets: { use: async (id, work) => work(secrets[id] ?? '') },
    ...(time === null ? {} : { monoMs: () => time.mono, wallMs: () => time.wall }),
  });
  const instance = { id: `${kind.id}-1`, name: 'Meter', settings: kind.settingsOf(settings, defaultSettings) };
  const [collector] = kind.create(instance, context).collectors;
  if (!collector) throw new Error(`${kind.id} makes no collector`);
  return {
    collector,
    try: () => kind.test(instance, context, AbortSignal.timeout(15_000)),
    read: () => collector.read(AbortSignal.timeout(5_000)),
    close: () => collector.close(),
  };
}

/** What the readings tell: by device below the feed's and metric, the value. */
export const told = (readings: readonly Reading[]): Record<string, number | null> =>
  Object.fromEntries(readings.map(({ device, metric, value }) => [`${device.replace(/^sensor\/[^/]+\/?/, '')} ${metric}`.trim(), value]));

/** Why there is none, in English. */
export const whys = (readings: readonly TestReading[]): string[] => readings.map(({ why }) => (why ? english(why) : ''));

/** What it fails with, in English. */
export async function failureOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
  } catch (error) {
    return english(messageOf(error));
  }
  throw new Error('it did not fail');
}
