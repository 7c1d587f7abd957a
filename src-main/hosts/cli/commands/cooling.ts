import type { CoolingRequest } from '../cooling';
import { dataOption, defineCommand } from '../command';
import { CoolingChange, noChange, usualChange } from '@shared/model/cooling-what-if';
import { UsageError } from '../usage';
import { moment } from '../values';

export const coolingCommand = defineCommand({
  name: 'cooling',
  summary: 'the air at the racks against the class of their equipment, now or over a period',
  define: (cli) =>
    cli
      .option('--from <T>', 'the inlets since then, as 24h for a day ago, or 2026-11-23T14:00; default: this moment')
      .option('--to <T>', 'the same, until; default now')
      .option(
        '--what-if [CHANGES]',
        'what changes would come to in a year: supply=2 (K), fans=80 (%), free=4 (K), liquid=50 (%), water=32 (°C)',
      )
      .option('--json', 'as JSON')
      .addOption(dataOption()),
  check: ({ data, from, to, json, whatIf }): CoolingRequest => {
    const nowMs = Date.now();
    const fromMs = moment('--from', from, nowMs);
    const toMs = moment('--to', to, nowMs);
    if (whatIf !== undefined && fromMs !== null) throw new UsageError('Only one of --what-if and --from can be given.');
    if (fromMs === null && toMs !== null) throw new UsageError('--to needs --from: from when on?');
    if (fromMs !== null && fromMs >= (toMs ?? nowMs)) throw new UsageError('--from must be before --to.');
    return {
      dataDir: data ?? null,
      range: fromMs === null ? null : { fromMs: Math.floor(fromMs), toMs: Math.ceil(toMs ?? nowMs) },
      json: json === true,
      change: whatIf === undefined ? null : changeOf(whatIf === true ? '' : whatIf),
    };
  },
  run: async (request, context) => (await import('../cooling')).printCooling(request, context),
});

/** By what is typed: which part of a change, in which unit. */
const changes: Readonly<Record<string, (value: number) => Partial<CoolingChange>>> = {
  supply: (supplyK) => ({ supplyK }),
  fans: (percent) => ({ fanSpeed: percent / 100 }),
  free: (economiserK) => ({ economiserK }),
  liquid: (percent) => ({ liquidShare: percent / 100 }),
  water: (liquidSupplyC) => ({ liquidSupplyC }),
};

/** `supply=2,fans=80`; nothing = the usual ones. @throws UsageError */
function changeOf(typed: string): CoolingChange {
  if (typed === '') return usualChange;
  const change = typed.split(',').reduce<CoolingChange>((before, part) => {
    const [name = '', value = ''] = part.split('=').map((side) => side.trim());
    const set = changes[name];
    if (set === undefined || value === '' || Number.isNaN(Number(value)))
      throw new UsageError(`--what-if ${part}: one of ${Object.keys(changes).join(', ')}, "=" and a number.`);
    return { ...before, ...set(Number(value)) };
  }, noChange);
  const checked = CoolingChange.safeParse(change);
  if (!checked.success) throw new UsageError(`--what-if ${typed}: ${checked.error.issues[0]?.path.join('.') ?? ''} is out of its range.`);
  return checked.data;
}
