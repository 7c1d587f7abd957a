import { pausedMs, type RunLimits } from '@shared/model/launch';
import type { Run } from '@shared/model/run';
import { message, type KeyedMessage } from '@shared/text/message';
import { memoryOfRun } from '../../children/memory';
import { billingService } from '../energy/billing-service';
import { defineService } from '../service';
import { runsService } from './service';

const LOOK_EVERY_MS = 1_000;
const JOULES_PER_KWH = 3_600_000;
const MIB = 2 ** 20;

/** Which limit a run has reached by its clock and its bill so far; null = none. */
export function limitReached({ launch, control, startedAtMs, energy }: Run, nowMs: number): KeyedMessage | null {
  const { seconds, kWh, cost }: RunLimits = launch.limits;
  if (startedAtMs === null) return null;
  if (seconds !== null && nowMs - startedAtMs - pausedMs(control, nowMs) >= seconds * 1000)
    return message('message.limit.seconds', { limit: seconds });
  // Where what the facility drew is not known, the part that is.
  const joules = energy?.facilityJ.value ?? energy?.itJ.value ?? null;
  if (kWh !== null && joules !== null && joules >= kWh * JOULES_PER_KWH) return message('message.limit.kWh', { limit: kWh });
  const spent = energy?.cost.value ?? null;
  if (cost !== null && spent !== null && spent >= cost)
    return message('message.limit.cost', { limit: cost, currency: energy?.currency ?? '' });
  return null;
}

/** Ends runs at their limits. What a run has used it hears from its bill, which is made before it looks. */
export const limitsService = defineService({
  name: 'limits',
  needs: [runsService, billingService],
  start({ runs }, { log, onBegin, onEnd }) {
    let timer: NodeJS.Timeout | null = null;
    let measuring: Promise<void> | null = null;
    const untold = new Set<string>();

    async function measure(): Promise<void> {
      for (const { id, launch, status } of runs.living()) {
        const { memoryBytes } = launch.limits;
        const pid = runs.processes().get(id);
        if (memoryBytes === null || pid === undefined || status !== 'running') continue;
        const taken = await memoryOfRun(pid, id);
        if (taken === null && process.platform === 'win32' && !untold.has(id)) {
          untold.add(id);
          log('warn', `Run ${id}: its memory cannot be told on this machine, so its limit does not hold`);
        }
        if (taken !== null && taken >= memoryBytes)
          runs.stopFor(id, message('message.limit.memory', { taken: Math.round(taken / MIB), limit: Math.round(memoryBytes / MIB) }));
      }
    }

    const look = (): void => {
      for (const run of runs.living()) {
        if (run.status !== 'running') continue;
        const why = limitReached(run, Date.now());
        if (why !== null) runs.stopFor(run.id, why);
      }
      measuring ??= measure()
        .catch((error: unknown) => log('error', `the memory of the runs could not be measured: ${String(error)}`))
        .finally(() => (measuring = null));
    };
    onBegin(() => {
      timer = setInterval(look, LOOK_EVERY_MS);
      timer.unref();
    });
    onEnd(async () => {
      if (timer) clearInterval(timer);
      await measuring;
    });
  },
});
