import { eventsService } from '../../events/service';
import { treeService } from '../../rooms/service';
import { defineService } from '../../service';
import { settingsService } from '../../settings-service';
import { readerService } from '../../store/reader-service';
import { storeService } from '../../store/service';
import { telemetryService } from '../../telemetry/service';
import { powerTreeService } from '../tree-service';
import { PowerFitsKeeper } from './power-fits';
import { readFitHistory } from './read-history';

/** The first look at the history, once the start's own work is done; then again and again. ms */
const FIRST_MS = 90_000;
const EVERY_MS = 6 * 3_600_000;
/** Edits of the tree come in rows. ms */
const AFTER_EDIT_MS = 10_000;

/** Curves of losses and of the cooling's power, fitted to what the meters told. */
export const powerFitsService = defineService({
  name: 'powerFits',
  needs: [storeService, readerService, eventsService, settingsService, telemetryService, treeService, powerTreeService],
  start({ store, reader, events, settings, telemetry, tree, powerTree }, { log, onBegin, onEnd }) {
    const keeper = new PowerFitsKeeper({
      table: store.powerFits,
      tree: () => powerTree.current,
      branches: (placed) =>
        telemetry
          .latestAll('facility.meter.power')
          .filter(({ device, value }) => value !== null && !placed.has(device))
          .map(({ device }) => device),
      history: (range, devices, signal) =>
        readFitHistory(
          range,
          devices,
          { reader, series: telemetry.listSeries(), cooling: settings.current.cooling, places: tree.current.places },
          signal,
        ),
      onEvent: (event) => void events.add(event),
      log,
    });
    let timer: NodeJS.Timeout | null = null;
    const later = (inMs: number): void => {
      if (timer !== null) clearTimeout(timer);
      timer = setTimeout(() => {
        later(EVERY_MS);
        keeper.refit().catch((error: unknown) => log('warn', `the curves of the power tree were not fitted: ${String(error)}`));
      }, inMs);
      timer.unref();
    };
    onBegin(() => later(FIRST_MS));
    const editing = powerTree.onChange(() => {
      keeper.onTree();
      later(AFTER_EDIT_MS);
    });
    onEnd(async () => {
      editing.dispose();
      if (timer !== null) clearTimeout(timer);
      await keeper.close();
    });
    return keeper;
  },
});
