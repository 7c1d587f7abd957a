import { DisposableStore } from '@shared/base/disposable';
import { runsService } from '../jobs/service';
import { defineService } from '../service';
import { settingsService } from '../settings-service';
import { passedAt, systemClock } from '../telemetry/clock';
import { machineService } from '../telemetry/machine-service';
import { modelledIdleW } from '../telemetry/rating';
import { telemetryService } from '../telemetry/service';
import { isNodeIdle } from './node-load';
import { roomPowerService } from './room-power-service';
import { RunBilling } from './run-billing';

/** Meters each run under way and bills it. */
export const billingService = defineService({
  name: 'billing',
  needs: [settingsService, machineService, telemetryService, roomPowerService, runsService],
  start({ settings, machine, telemetry, roomPower, runs }, { onStop }) {
    const billing = new RunBilling({
      settings: () => settings.current,
      setEnergy: (runId, energy) => runs.setEnergy(runId, energy),
      passedAt: (atMs) => passedAt(systemClock, atMs),
      modelledIdle: () => {
        const powerW = modelledIdleW(machine.cpuPower, telemetry, machine.basePowerW());
        return powerW === null ? null : { powerW, provenance: 'modelled' };
      },
    });
    // The runs have ended by then: every bill becomes final.
    onStop(() => billing.flush());
    const listening = new DisposableStore();
    onStop(() => listening.dispose());
    listening.add(runs.onRun((run) => billing.onRun(run)));
    listening.add(runs.onDeleted((runId) => billing.forget(runId)));
    listening.add(
      roomPower.onPoint((point) => {
        const isIdle = isNodeIdle((metric) => telemetry.latestAll(metric), point.atMs);
        billing.onRoom(point, isIdle);
      }),
    );
    return billing;
  },
});
