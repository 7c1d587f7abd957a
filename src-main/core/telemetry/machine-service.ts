import { dirname, join } from 'node:path';
import { defineService } from '../service';
import { settingsService } from '../settings-service';
import type { CollectorEnvironment } from './collector';
import { machineEnvironment } from './collectors';
import { nvmlLibraries } from './collectors/nvml/library';
import { createCpuPower, type CpuPowerModel } from './cpu-power-model';

/** The machine that this runs on: where its sources are, and what its processors draw by the model. */
export interface Machine {
  readonly environment: CollectorEnvironment;
  readonly cpuPower: CpuPowerModel;
  /** What no sensor meters, as set, W. */
  basePowerW(): number;
}

export const machineService = defineService({
  name: 'machine',
  needs: [settingsService],
  async start({ settings }, { options }): Promise<Machine> {
    const nvml = {
      workerPath: options.nvmlWorker ?? join(dirname(options.readerWorker), 'nvml.js'),
      libraries: nvmlLibraries(process.platform),
    };
    const environment = { ...machineEnvironment(), nvml, ...options.environment };
    const cpuPower = createCpuPower({ env: environment, resourcesDir: options.resourcesDir, overrides: () => settings.current.host });
    // Known before the first tick, so that even a run begun at once has a modelled idle power.
    await cpuPower.identify();
    return { environment, cpuPower, basePowerW: () => settings.current.host.basePowerW };
  },
});
