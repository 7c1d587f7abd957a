import { dirname, join } from 'node:path';
import { scenarioService } from '../scenario/service';
import { defineService } from '../service';
import { nvmlLibraries } from '../telemetry/collectors/nvml/library';
import { machineService } from '../telemetry/machine-service';
import { Selftests } from './selftests';

/** The self-test of GPUs, for pages. */
export const selftestService = defineService({
  name: 'selftest',
  needs: [scenarioService, machineService],
  start({ scenario, machine }, { options, log, onStop }) {
    const selftests = new Selftests({
      workerPath: join(dirname(options.readerWorker), 'selftest.js'),
      version: options.version,
      libraries: machine.environment.nvml?.libraries ?? nvmlLibraries(process.platform),
      path: join(scenario.dataDir, 'selftest-gpu.json'),
      isSimulated: (options.scenario ?? null) !== null,
      log,
    });
    onStop(() => selftests.close());
    return selftests;
  },
});
