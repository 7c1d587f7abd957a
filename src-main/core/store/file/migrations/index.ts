import { initial } from './0001-initial';
import { blocks } from './0002-blocks';
import { deviceTree } from './0003-device-tree';
import { sparseSamples } from './0004-sparse-samples';
import { eventPhrases } from './0005-event-phrases';
import { powerParts } from './0006-power-parts';
import { metricTable } from './0007-metrics';
import { keptAside } from './0008-kept-aside';
import { devices } from './0009-devices';
import { runBills } from './0010-run-bills';
import { ledger } from './0011-ledger';
import { eventModel } from './0012-event-model';
import type { Migration } from './migration';

/** Every step of the schema, in order, without a gap. */
export const migrations: readonly Migration[] = [
  initial,
  blocks,
  deviceTree,
  sparseSamples,
  eventPhrases,
  powerParts,
  metricTable,
  keptAside,
  devices,
  runBills,
  ledger,
  eventModel,
];
