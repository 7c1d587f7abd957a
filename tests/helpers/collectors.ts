import { defaultSettings } from '@shared/model/settings';
import type { Collector, CollectorEnvironment } from '../../src-main/core/telemetry/collector';
import { collectorContext, type CollectorDeps } from '../../src-main/core/telemetry/collector-context';
import { collectorKinds } from '../../src-main/core/telemetry/collectors';

/** Every collector of this machine, as the default settings have them. */
export function createCollectors(env: CollectorEnvironment, deps: CollectorDeps): Collector[] {
  const context = collectorContext(env, deps);
  return collectorKinds
    .filter(({ isFeed }) => !isFeed)
    .flatMap((kind) => {
      const { id, name } = kind;
      return [...kind.create({ id, name, settings: kind.settingsOf({}, defaultSettings) }, context).collectors];
    });
}
