import { defineService } from '../service';
import { readerService } from '../store/reader-service';
import { telemetryService } from '../telemetry/service';
import { Exports } from './exports';

export const exportsService = defineService({
  name: 'exports',
  needs: [readerService, telemetryService],
  start({ reader, telemetry }, { options, log, onEnd }) {
    const exports = new Exports({
      reader,
      listSeries: () => telemetry.listSeries(),
      chooseSavePath: options.chooseSavePath ?? null,
      log,
    });
    onEnd(() => exports.close());
    return exports;
  },
});
