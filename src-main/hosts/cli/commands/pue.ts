import { pueSteps } from '@shared/model/pue';
import { dataOption, defineCommand } from '../command';
import { suggestion } from '../nearest';
import type { PueRequest } from '../pue';
import { UsageError } from '../usage';
import { wholeNumber } from '../values';

export const pueCommand = defineCommand({
  name: 'pue',
  summary: 'PUE and what belongs to it, by hour, day or month, and how it is known',
  define: (cli) =>
    cli
      .option('--by <STEP>', `one of ${pueSteps.join(', ')}; default day`)
      .option('--days <N>', 'back from now, default 30')
      .option('--fits', 'instead, the curves of losses and cooling that are fitted to the meters, fitted anew')
      .option('--json', 'as JSON')
      .addOption(dataOption()),
  check: ({ data, by, days, json, fits }): PueRequest => {
    const step = pueSteps.find((one) => one === (by ?? 'day'));
    if (step === undefined) throw new UsageError(`Unknown step "${by}". ${suggestion(by ?? '', pueSteps)}`);
    return { dataDir: data ?? null, fits: fits === true, step, days: wholeNumber('--days', days ?? '30', 1, 3_660), json: json === true };
  },
  run: async (request, context) =>
    request.fits ? (await import('../fits')).printFits(request, context) : (await import('../pue')).printPue(request, context),
});
