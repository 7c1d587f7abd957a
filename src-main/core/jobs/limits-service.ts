import { pausedMs, type RunLimits } from '@shared/model/launch';
import type { Run } from '@shared/model/run';
import { english, message, type KeyedMessage, type Message } from '@shared/text/message';
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

/** A limit is said not to hold when after so long nothing is known of what it limits, ms: the first figures take a moment. */
const FIRST_FIGURES_MS = 5_000;
/** Its price is no part of this: what costs nothing never reaches a limit. */
const isFree = ({ energy }: Run): boolean => energy !== null && energy.pricePerKwh <= 0;

/** Which limits of a run do not hold, and why; by what is known of it so far. */
export function unheldLimits(run: Run, nowMs: number, memoryTold: boolean): KeyedMessage[] {
  const { launch, startedAtMs, energy } = run;
  const { kWh, cost, memoryBytes }: RunLimits = launch.limits;
  if (startedAtMs === null || nowMs - startedAtMs < FIRST_FIGURES_MS) return [];
  const notes: KeyedMessage[] = [];
  const isMetered = (energy?.facilityJ.value ?? energy?.itJ.value ?? null) !== null;
  if (kWh !== null && !isMetered) notes.push(message('message.limit.kWhUnheld', { limit: kWh }));
  if (cost !== null && !isMetered) notes.push(message('message.limit.costUnmetered', { limit: cost }));
  else if (cost !== null && (isFree(run) || (energy?.cost.value ?? null) === null))
    notes.push(message('message.limit.costUnpriced', { limit: cost }));
  if (memoryBytes !== null && !memoryTold) notes.push(message('message.limit.memoryUnheld', { limit: Math.round(memoryBytes / MIB) }));
  return notes;
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
        if (taken === null && process.platform === 'win32') untold.add(id);
        if (taken !== null && taken >= memoryBytes)
          runs.stopFor(id, message('message.limit.memory', { taken: Math.round(taken / MIB), limit: Math.round(memoryBytes / MIB) }));
      }
    }

    /** Once each: they stand on the run for as long as they are so. */
    function tell(run: Run): void {
      const notes = unheldLimits(run, Date.now(), !untold.has(run.id));
      const shown = (list: readonly Message[]): string => list.map(english).join('\n');
      if (shown(notes) === shown(run.control.unheld)) return;
      for (const note of notes) log('warn', `Run ${run.id}: ${english(note)}`);
      runs.noteUnheld(run.id, notes);
    }

    const look = (): void => {
      for (const run of runs.living()) {
        if (run.status !== 'running') continue;
        const why = limitReached(run, Date.now());
        if (why !== null) runs.stopFor(run.id, why);
        else tell(run);
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
