import { curveAxes, CurveAxis } from '@shared/model/curve';
import { dataOption, defineCommand } from '../command';
import type { CurvesRequest } from '../curves';
import { UsageError } from '../usage';

export const curvesCommand = defineCommand({
  name: 'curves',
  summary: 'print the scalars of a run, also while it goes on',
  missing: 'Whose curves? curves RUN',
  define: (cli) =>
    cli
      .argument('<RUN>', 'the run\'s id as "runs" lists it, or its first characters')
      .option(
        '--name <NAME>',
        'only this scalar; may be given again',
        (name, before: readonly string[]) => [...before, name],
        [] as readonly string[],
      )
      .option('--x <AXIS>', `what each value lies at: ${curveAxes.join(', ')} (J of IT energy); default step`)
      .option('--csv', 'every point, as CSV')
      .option('--json', 'every point, as JSON, an object a line')
      .addOption(dataOption()),
  check: ({ data, name, x, csv, json }, run): CurvesRequest => {
    if (csv && json) throw new UsageError('Only one of --csv and --json can be given.');
    const axis = CurveAxis.safeParse(x ?? 'step');
    if (!axis.success) throw new UsageError(`--x ${x}: one of ${curveAxes.join(', ')}.`);
    return { dataDir: data ?? null, run, names: name, x: axis.data, as: csv ? 'csv' : json ? 'json' : 'table' };
  },
  run: async (request, context) => (await import('../curves')).showCurves(request, context),
});
