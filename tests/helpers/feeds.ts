import { join } from 'node:path';
import type { CollectorSettings } from '@shared/model/collector';
import { defaultSettings } from '@shared/model/settings';
import { english, messageOf } from '@shared/text/message';
import { machineEnvironment, type Collector } from '../../src-main/core/telemetry/collector';
import { collectorContext, type CollectorContext } from '../../src-main/core/telemetry/collector-context';
import type { TestReading } from '../../src-main/core/telemetry/collector-kind';
import { collectorKinds } from '../../src-main/core/telemetry/collectors';
import { createCpuPower } from '../../src-main/core/telemetry/cpu-power-model';
import { freshDevices } from './devices';
import { repoRoot } from './repo-root';

/** A feed as it is tried and as it runs, without a database; `secret:NAME` in a setting stands for the secret NAME. */
export class FeedUnderTest {
  private readonly kind: (typeof collectorKinds)[number];
  private readonly context: CollectorContext;

  constructor(private readonly kindId: string) {
    const kind = collectorKinds.find(({ id }) => id === kindId);
    if (!kind) throw new Error(`there is no kind ${kindId}`);
    this.kind = kind;
    this.context = collectorContext(machineEnvironment(), {
      cpuPower: createCpuPower({
        env: machineEnvironment(),
        resourcesDir: join(repoRoot, 'resources'),
        overrides: () => ({ cpuIdleW: null, cpuMaxW: null }),
      }),
      devices: freshDevices(),
      secrets: { use: async (id, work) => work(id.replace(/^secret\//, '')) },
    });
  }

  async test(settings: CollectorSettings, signal = AbortSignal.timeout(15_000)): Promise<readonly TestReading[]> {
    return this.kind.test(this.instance(settings), this.context, signal);
  }

  /** Why a trial fails. */
  async failure(settings: CollectorSettings, signal?: AbortSignal): Promise<string> {
    return failureOf(this.test(settings, signal));
  }

  open(settings: CollectorSettings): Collector {
    const [collector] = this.kind.create(this.instance(settings), this.context).collectors;
    if (!collector) throw new Error('it reads nothing');
    return collector;
  }

  private instance(settings: CollectorSettings) {
    return { id: `${this.kindId}-1`, name: 'Meter', settings: this.kind.settingsOf(settings, defaultSettings) };
  }
}

export async function failureOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
  } catch (error) {
    return english(messageOf(error));
  }
  throw new Error('it did not fail');
}

/** By device without its beginning and by metric: `output-L1 meter.power`. */
export function valuesOf(
  readings: readonly Pick<TestReading, 'device' | 'metric' | 'provenance' | 'value'>[],
): Record<string, number | null> {
  return Object.fromEntries(
    readings.map(({ device, metric, provenance, value }) => [
      [device.replace(/^sensor\/[^/]+\/?/, ''), metric, provenance === 'measured' ? '' : provenance].filter((one) => one !== '').join(' '),
      value,
    ]),
  );
}
