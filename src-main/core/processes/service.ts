import { Emitter } from '@shared/base/emitter';
import { toDisposable, type Disposable } from '@shared/base/disposable';
import type { ProcessRow } from '@shared/model/processes';
import { runsService } from '../jobs/service';
import { secretsService } from '../secrets/service';
import { defineService } from '../service';
import { processDemandService } from '../telemetry/process-demand';
import { telemetryService } from '../telemetry/service';
import { processRows } from './process-rows';

/** Who uses this machine. */
export interface Processes {
  /** As last read; without a listener only what the driver tells of the GPUs is new. */
  rows(): ProcessRow[];
  /** Has them read for as long as it is held, and hears whenever they were. */
  watch(listener: () => void): Disposable;
}

export const processesService = defineService({
  name: 'processes',
  needs: [telemetryService, runsService, secretsService, processDemandService],
  start({ telemetry, runs, secrets, processDemand }, { log, onStop }): Processes {
    const told = new Emitter<void>((error) => log('error', `a listener of the processes failed: ${String(error)}`));
    processDemand.runs = () => runs.processes();
    processDemand.holders = () => telemetry.gpuProcesses().map(({ pid }) => pid);
    processDemand.redact = secrets.redactor.redact;
    const hearing = telemetry.onProcesses(() => told.emit());
    onStop(() => hearing.dispose());
    return {
      rows: () => processRows(telemetry.gpuProcesses(), telemetry.processes()),
      watch(listener) {
        const wanted = processDemand.want();
        const listening = told.on(listener);
        return toDisposable(() => {
          listening.dispose();
          wanted.dispose();
        });
      },
    };
  },
});
