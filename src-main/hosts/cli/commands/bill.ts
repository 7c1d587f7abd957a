import { join } from 'node:path';
import { defineCommand } from '../command';
import type { BillRequest } from '../bill';
import { UsageError } from '../usage';

const kinds = ['power', 'energy', 'counter'] as const;

export const billCommand = defineCommand({
  name: 'bill',
  summary: 'price a load curve from a file by a tariff: lines, demand, totals; needs no database',
  define: (cli) =>
    cli
      .option('--tariff <FILE>', 'a tariff as JSON, or the name of one that is shipped; --list tells which, --schema the form')
      .option('--load <FILE>', 'CSV of time and power (W, kW), or of the energy of each interval (kWh)')
      .option('--zone <ZONE>', "as Europe/Berlin; default: the tariff's, else this machine's")
      .option('--from <DAY>', 'local day, or a moment as 2026-01-01T06:00; default: where the load begins')
      .option('--to <DAY>', 'the same, not included; default: where the load ends')
      .option('--column <NAME>', 'of the load, where there are several')
      .option('--time <NAME>', 'the column of the time')
      .option('--unit <UNIT>', 'where the column tells none: W, kW, MW, Wh, kWh, MWh')
      .option('--as <KIND>', `what the numbers are: ${kinds.join(', ')}; default: by their unit`)
      .option('--stamps <SIDE>', 'start or end: where in its interval a time lies, default start')
      .option('--prices <FILE...>', 'CSV of prices that change, as FILE or CHARGE=FILE')
      .option('--schema', 'print the form of a tariff as JSON Schema')
      .option('--list', 'the tariffs that are shipped')
      .option('--json', 'as JSON'),
  check: (typed): BillRequest => {
    if (typed.schema === true) return { show: 'schema' };
    if (typed.list === true) return { show: 'list' };
    const { tariff, load, as, stamps = 'start' } = typed;
    if (tariff === undefined) throw new UsageError('Which tariff? bill --tariff FILE --load FILE');
    if (load === undefined) throw new UsageError('Which load? bill --tariff FILE --load FILE');
    const kind = kinds.find((one) => one === as) ?? null;
    if (as !== undefined && kind === null) throw new UsageError(`--as ${as}: one of ${kinds.join(', ')} is needed.`);
    if (stamps !== 'start' && stamps !== 'end') throw new UsageError(`--stamps ${stamps}: start or end is needed.`);
    return {
      show: 'bill',
      tariff,
      load,
      zone: typed.zone ?? null,
      from: typed.from ?? null,
      to: typed.to ?? null,
      prices: typed.prices ?? [],
      options: { column: typed.column ?? null, timeColumn: typed.time ?? null, unit: typed.unit ?? null, kind, stamps },
      json: typed.json === true,
    };
  },
  run: async (request, { terminal, paths }) =>
    (await import('../bill')).printBill(request, join(paths(null).resourcesDir, 'tariffs'), terminal),
});
