import { cpus } from 'node:os';
import { isPaused } from '@shared/model/launch';
import { eventsService } from '../events/service';
import { runsService } from '../jobs/service';
import { defineService } from '../service';
import { storeService } from '../store/service';
import { machineService } from '../telemetry/machine-service';
import { telemetryService } from '../telemetry/service';
import { LedgerKeeper } from './ledger-keeper';
import { roomPowerService } from './room-power-service';
import { computesOnGpu } from './run-holders';
import { RunProcesses } from './run-processes';

/** Books what is drawn, tick by tick. */
export const ledgerService = defineService({
  name: 'ledger',
  needs: [storeService, eventsService, machineService, telemetryService, roomPowerService, runsService],
  start({ store, events, machine: { environment }, telemetry, roomPower, runs }, { log, onStop }) {
    const ledger = new LedgerKeeper({
      table: store.ledger,
      runs: () =>
        [...runs.processes()].map(([runId, pid]) => {
          const run = runs.get(runId);
          const paused = run !== null && isPaused(run.control);
          return { runId, pid, usesGpu: run !== null && computesOnGpu(run), paused };
        }),
      gpuProcesses: () => telemetry.gpuProcesses(),
      processes: new RunProcesses({
        procRoot: environment.platform === 'linux' ? environment.procRoot : null,
        logicalCpus: Math.max(1, cpus().length),
      }),
      onEvent: (event) => events.add(event),
      log,
    });
    // The ticks have ended by then: what they booked last is stored.
    onStop(() => ledger.close());
    const noting = telemetry.addDeriver('ledger', ({ readings, columns }) => {
      ledger.note(readings, columns);
      return [];
    });
    onStop(() => noting.dispose());
    const ticking = roomPower.onPoint((point) => ledger.tick(point));
    onStop(() => ticking.dispose());
    return ledger;
  },
});
