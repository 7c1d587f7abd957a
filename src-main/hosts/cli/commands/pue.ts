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
      .option('--proposals', 'instead, places in the power tree for meters that have none, by their names and by the course of their power')
      .option('--accept <PROPOSAL>', 'with --proposals: puts the meter there')
      .option('--json', 'as JSON')
      .addOption(dataOption()),
  check: ({ data, by, days, json, fits, proposals, accept }): PueRequest => {
    const step = pueSteps.find((one) => one === (by ?? 'day'));
    if (step === undefined) throw new UsageError(`Unknown step "${by}". ${suggestion(by ?? '', pueSteps)}`);
    if (fits === true && proposals === true) throw new UsageError('Only one of --fits and --proposals can be given.');
    if (accept !== undefined && proposals !== true) throw new UsageError('--accept belongs to --proposals.');
    return {
      dataDir: data ?? null,
      about: fits === true ? 'fits' : proposals === true ? 'proposals' : 'pue',
      accept: accept ?? null,
      step,
      days: wholeNumber('--days', days ?? '30', 1, 3_660),
      json: json === true,
    };
  },
  run: async (request, context) => {
    switch (request.about) {
      case 'pue':
        return (await import('../pue')).printPue(request, context);
      case 'fits':
        return (await import('../fits')).printFits(request, context);
      case 'proposals':
        return (await import('../proposals')).printProposals(request, context);
    }
  },
});
