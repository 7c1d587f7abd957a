import { dirname } from 'node:path';
import { defineService } from '../../service';
import { readerService } from '../../store/reader-service';
import { storeService } from '../../store/service';
import { runsService } from '../service';
import { FileDownloads } from './file-downloads';
import { ProgramFiles } from './made-files';

/** The files that programs made. */
export const madeFilesService = defineService({
  name: 'madeFiles',
  needs: [runsService, storeService, readerService],
  start({ runs, store, reader }, { options, log, onStop }) {
    const files = new ProgramFiles({
      runs,
      writer: store,
      kept: (runId, signal) => reader.runs.files(runId, signal),
      own: [options.dataDir, dirname(store.path)],
      log,
    });
    onStop(() => files.close());
    return { files, downloads: new FileDownloads() };
  },
});
