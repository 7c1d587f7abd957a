import type { CoolingRequest } from '../cooling';
import { dataOption, defineCommand } from '../command';
import { UsageError } from '../usage';
import { moment } from '../values';

export const coolingCommand = defineCommand({
  name: 'cooling',
  summary: 'the air at the racks against the class of their equipment, now or over a period',
  define: (cli) =>
    cli
      .option('--from <T>', 'the inlets since then, as 24h for a day ago, or 2026-11-23T14:00; default: this moment')
      .option('--to <T>', 'the same, until; default now')
      .option('--json', 'as JSON')
      .addOption(dataOption()),
  check: ({ data, from, to, json }): CoolingRequest => {
    const nowMs = Date.now();
    const fromMs = moment('--from', from, nowMs);
    const toMs = moment('--to', to, nowMs);
    if (fromMs === null && toMs !== null) throw new UsageError('--to needs --from: from when on?');
    if (fromMs !== null && fromMs >= (toMs ?? nowMs)) throw new UsageError('--from must be before --to.');
    return {
      dataDir: data ?? null,
      range: fromMs === null ? null : { fromMs: Math.floor(fromMs), toMs: Math.ceil(toMs ?? nowMs) },
      json: json === true,
    };
  },
  run: async (request, context) => (await import('../cooling')).printCooling(request, context),
});
