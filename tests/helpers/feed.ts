import { join } from 'node:path';
import type { CollectorSettings } from '@shared/model/collector';
import type { Reading } from '@shared/model/series';
import { defaultSettings } from '@shared/model/settings';
import { english, messageOf } from '@shared/text/message';
import { machineEnvironment, type Collector } from '../../src-main/core/telemetry/collector';
import { collectorContext } from '../../src-main/core/telemetry/collector-context';
import type { CollectorKind, TestReading } from '../../src-main/core/telemetry/collector-kind';
import { createCpuPower } from '../../src-main/core/telemetry/cpu-power-model';
import { freshDevices } from './devices';
import { repoRoot } from './repo-root';

/** The times that a feed goes by, moved by the test. */
export class FeedTime {
  wall = Date.UTC(2026, 10, 2, 12);
  mono = 0;

  pass(ms: number): void {
    this.wall += ms;
    this.mono += ms;
  }
}

/** A feed by its kind and settings, as it runs and as it is tried. */
export interface FeedUnderTest {
  readonly collector: Collector;
  try(signal?: AbortSignal): Promise<readonly TestReading[]>;
  read(): Promise<readonly Reading[]>;
  close(): Promise<void>;
}

/**
 * @param secrets what is kept, by id; of any other id (`secret/NAME`) its NAME is
 * @param time default: the machine's
 */
export function feedUnderTest(
  kind: CollectorKind,
  settings: CollectorSettings,
  secrets: Readonly<Record<string, string>> = {},
  time: FeedTime | null = null,
): FeedUnderTest {
  const env = machineEnvironment();
  const context = collectorContext(env, {
    cpuPower: createCpuPower({
      env,
      resourcesDir: join(repoRoot, 'resources'),
      overrides: () => ({ cpuIdleW: null, cpuMaxW: null }),
    }),
    devices: freshDevices(),
    secrets: { use: async (id, work) => work(secrets[id] ?? id.replace(/^secret\//, '')) },
    ...(time === null ? {} : { monoMs: () => time.mono, wallMs: () => time.wall }),
  });
  const instance = { id: `${kind.id}-1`, name: 'Meter', settings: kind.settingsOf(settings, defaultSettings) };
  const [collector] = kind.create(instance, context).collectors;
  if (!collector) throw new Error(`${kind.id} makes no collector`);
  return {
    collector,
    try: (signal = AbortSignal.timeout(15_000)) => kind.test(instance, context, signal),
    read: () => collector.read(AbortSignal.timeout(5_000)),
    close: () => collector.close(),
  };
}

/** A kind of feed that is tried by many settings. */
export const feedsOf = (kind: CollectorKind) => ({
  test: async (settings: CollectorSettings, signal?: AbortSignal): Promise<readonly TestReading[]> =>
    feedUnderTest(kind, settings).try(signal),
  /** Why a trial fails. */
  failure: (settings: CollectorSettings, signal?: AbortSignal): Promise<string> =>
    failureOf(Promise.resolve().then(() => feedUnderTest(kind, settings).try(signal))),
  open: (settings: CollectorSettings): Collector => feedUnderTest(kind, settings).collector,
});

/** What the readings tell, by device below the feed's, metric, and what it is where it is not measured: `output-L1 meter.power`. */
export const told = (readings: readonly Pick<Reading, 'device' | 'metric' | 'provenance' | 'value'>[]): Record<string, number | null> =>
  Object.fromEntries(
    readings.map(({ device, metric, provenance, value }) => [
      [device.replace(/^sensor\/[^/]+\/?/, ''), metric, provenance === 'measured' ? '' : provenance].filter((one) => one !== '').join(' '),
      value,
    ]),
  );

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
