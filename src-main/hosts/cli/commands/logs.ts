import { dataOption, defineCommand } from '../command';
import type { LogsRequest } from '../logs';
import { UsageError } from '../usage';
import { moment, wholeNumber } from '../values';

const LINES_MAX = 999_999_999;
const TEXT_MAX = 200;

export const logsCommand = defineCommand({
  name: 'logs',
  summary: 'print the log of a run, also while it goes on',
  missing: 'Whose log? logs RUN',
  define: (cli) =>
    cli
      .argument('<RUN>', 'the run\'s id as "runs" lists it, or its first characters')
      .option('--tail <N>', 'only the last lines; all without it')
      .option('--from-line <N>', 'from this line on')
      .option('--since <T>', 'from this time on, as 2026-11-23T14:00, or 2h for two hours ago')
      .option('--text <T>', 'only lines with this text in them, whatever its case')
      .option('--follow', 'go on with new lines until the run ends, or Ctrl-C')
      .option('--json', 'as JSON, an object a line')
      .addOption(dataOption()),
  check: ({ data, tail, fromLine, since, text, follow, json }, run): LogsRequest => {
    if ([tail, fromLine, since].filter((one) => one !== undefined).length > 1)
      throw new UsageError('Only one of --tail, --from-line and --since can be given.');
    if (text !== undefined && text.length > TEXT_MAX) throw new UsageError(`--text: at most ${TEXT_MAX} characters.`);
    return {
      dataDir: data ?? null,
      run,
      tail: tail === undefined ? null : wholeNumber('--tail', tail, 0, LINES_MAX),
      fromLine: fromLine === undefined ? null : wholeNumber('--from-line', fromLine, 1, LINES_MAX),
      sinceMs: moment('--since', since, Date.now()),
      text: text ?? null,
      follow: follow === true,
      json: json === true,
    };
  },
  run: async (request, context) => (await import('../logs')).showLog(request, context),
});
