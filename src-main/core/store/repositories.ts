import { file } from './file/repository';
import { collectors } from './records/collectors';
import { deviceTree } from './records/device-tree';
import { devices } from './records/devices';
import { events } from './records/events';
import { ledger } from './records/ledger/repository';
import { manualReadings } from './records/manual-readings';
import { meterEnergy } from './records/meter-energy';
import { metrics } from './records/metrics';
import { powerFits } from './records/power-fits';
import { powerParts } from './records/power-parts';
import { powerTree } from './records/power-tree';
import { priceLists } from './records/price-lists';
import { programMarks } from './records/program-marks';
import { runs } from './records/runs/runs';
import { savedViews } from './records/saved-views';
import { settings } from './records/settings/settings';
import { weatherFiles } from './records/weather-files';
import { weatherYear } from './records/weather-year';
import { migrationsOf } from './repository';
import { curves } from './samples/curves/repository';
import { samples } from './samples/repository';

/** All that is kept, by name: a new kind of record is one file and one line here. */
export const repositories = {
  file,
  metrics,
  samples,
  curves,
  runs,
  events,
  settings,
  tree: deviceTree,
  devices,
  collectors,
  powerParts,
  powerTree,
  powerFits,
  meterEnergy,
  manualReadings,
  ledger,
  priceLists,
  savedViews,
  programMarks,
  weatherYear,
  weatherFiles,
} as const;

/** Every step of the schema, in order, without a gap. */
export const migrations = migrationsOf(repositories);
