import { defineService } from '../service';
import { readerService } from '../store/reader-service';
import { Exports } from './exports';

export const exportsService = defineService({
  name: 'exports',
  needs: [readerService],
  start({ reader }, { options, log, onEnd }) {
    const exports = new Exports({
      reader,
      chooseSavePath: options.chooseSavePath ?? null,
      showFile: options.showFile ?? null,
      log,
    });
    onEnd(() => exports.close());
    return exports;
  },
});
