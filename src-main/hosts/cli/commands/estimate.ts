import { defineCommand } from '../command';
import type { EstimateRequest } from '../estimate';
import { UsageError } from '../usage';
import { amount } from '../values';

export const estimateCommand = defineCommand({
  name: 'estimate',
  summary: 'energy, CO2e and cost of a training run before it starts, with each formula',
  define: (cli) =>
    cli
      .option('--chips <N>', 'accelerators that work at once')
      .option('--watts <W>', 'mean power of one of them')
      .option('--load <SHARE>', 'share of those watts that is drawn, default 1')
      .option('--hours <H>', 'from start to end; or --days')
      .option('--days <D>', 'as --hours')
      .option('--parameters <N>', 'of the model, as 70B or 7e10: with --tokens, --mfu and --peak-tflops in place of the hours')
      .option('--tokens <N>', 'trained on, as 1.4T')
      .option('--mfu <SHARE>', 'share of the peak that the training reaches, as 0.4 or 40%')
      .option('--peak-tflops <N>', 'dense peak of one accelerator')
      .option('--goodput <SHARE>', 'share of the time that moves the training on, default 1')
      .option('--recompute', 'activations are computed anew: 8 FLOP a parameter and token in place of 6')
      .option('--pue <N>', 'energy of the facility for 1 of the IT, default 1: the IT alone')
      .option('--kg-per-kwh <KG>', 'CO2e of a kWh')
      .option('--price <MONEY>', 'of a kWh')
      .option('--chip-price <MONEY>', 'of an hour of one accelerator, as it is rented')
      .option('--json', 'as JSON'),
  check: (typed): EstimateRequest => {
    if (typed.hours !== undefined && typed.days !== undefined) throw new UsageError('--hours or --days, not both.');
    const days = amount('--days', typed.days, { above: 0 });
    const share = (option: string, text: string | undefined) => amount(option, text, { above: 0, most: 1 });
    const inputs = {
      chips: amount('--chips', typed.chips, { above: 0 }),
      watts: amount('--watts', typed.watts, { above: 0 }),
      load: share('--load', typed.load) ?? 1,
      hours: days === null ? amount('--hours', typed.hours, { above: 0 }) : days * 24,
      parameters: amount('--parameters', typed.parameters, { above: 0 }),
      tokens: amount('--tokens', typed.tokens, { above: 0 }),
      flopsPerParameterToken: typed.recompute === true ? 8 : 6,
      mfu: share('--mfu', typed.mfu),
      peakTflops: amount('--peak-tflops', typed.peakTflops, { above: 0 }),
      goodput: share('--goodput', typed.goodput) ?? 1,
      pue: amount('--pue', typed.pue, { least: 1 }) ?? 1,
      kgPerKwh: amount('--kg-per-kwh', typed.kgPerKwh, { least: 0 }),
      pricePerKwh: amount('--price', typed.price, {}),
      pricePerChipHour: amount('--chip-price', typed.chipPrice, { least: 0 }),
    };
    const told = [inputs.hours, inputs.parameters, inputs.tokens];
    if (told.every((value) => value === null))
      throw new UsageError('How long? --hours or --days with --chips; or --parameters, --tokens, --mfu and --peak-tflops.');
    return { inputs, json: typed.json === true };
  },
  run: async (request, { terminal }) => (await import('../estimate')).printEstimate(request, terminal),
});
