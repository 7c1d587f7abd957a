import { join } from 'node:path';
import { scenarioService } from '../scenario/service';
import { defineService } from '../service';
import { readerService } from '../store/reader-service';
import { Datasets } from './datasets';

/** The data sets that models are trained on. */
export const datasetsService = defineService({
  name: 'datasets',
  needs: [scenarioService, readerService],
  start({ scenario, reader }, { options, log, onEnd }) {
    const datasets = new Datasets({
      dataDir: scenario.dataDir,
      shippedDir: join(options.resourcesDir, 'datasets'),
      reader,
      canChoose: options.choosePath !== undefined,
      log,
    });
    onEnd(() => datasets.close());
    return datasets;
  },
});
