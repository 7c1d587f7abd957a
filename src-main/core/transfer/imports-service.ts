import { scenarioService } from '../scenario/service';
import { defineService } from '../service';
import { afterStoreService, storeService } from '../store/service';
import { telemetryService } from '../telemetry/service';
import { Imports } from './imports';

export const importsService = defineService({
  name: 'imports',
  needs: [scenarioService, afterStoreService, storeService, telemetryService],
  start({ scenario, afterStore, store, telemetry }, { options, log, onEnd }) {
    const imports = new Imports({
      dataDir: scenario.dataDir,
      writer: store,
      chooseFile: options.chooseFile ?? null,
      isPackaged: options.isPackaged ?? false,
      onSeries: () => telemetry.refreshSeries(),
      log,
    });
    onEnd(() => imports.close());
    afterStore.run(() => imports.settle());
    return imports;
  },
});
