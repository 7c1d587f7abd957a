import { RunQuery, RunSort } from '@shared/model/run-list';
import { runStatuses } from '@shared/model/run';
import { dataOption, defineCommand } from '../command';
import { listOf, suggestion } from '../nearest';
import { UsageError } from '../usage';
import { list, moment, wholeNumber } from '../values';
import type { RunRequest } from '../one-run';
import type { RunsRequest } from '../runs';

const SORTS = 'created, ended, name, status, energy, cost, outcome:loss, outcome:accuracy, scalar:NAME, best:NAME or param:NAME';

export const runsCommand = defineCommand({
  name: 'runs',
  summary: 'list runs, or show one and what it was started with',
  define: (cli) =>
    cli
      .argument('[RUN]', 'this one alone, by its id or how that begins: its figures, and what there was when it began')
      .option('--diff', 'with RUN: only the changes that its code had against the commit')
      .option('--status <S>', `separated by commas: ${runStatuses.join(', ')}`)
      .option('--text <T>', 'words of the name, notes, recipe, tags or parameters (batchSize=32)')
      .option('--tag <TAG>', 'separated by commas: runs that have all of them')
      .option('--from <T>', 'runs that were there since, as 2026-11-23T14:00, or 7d for seven days ago')
      .option('--to <T>', 'the same, until')
      .option('--sort <BY>', `${SORTS}; default created, newest first`)
      .option('--reverse', 'the other way round')
      .option('--limit <N>', 'rows, default 50, at most 200')
      .option('--offset <N>', 'rows that are left out before the first')
      .option('--json', 'as JSON')
      .addOption(dataOption()),
  check: ({ data, status, text, tag, from, to, sort, reverse, limit, offset, json, diff }, run): RunsRequest | RunRequest => {
    if (run !== undefined) return { dataDir: data ?? null, run, as: diff ? 'diff' : json ? 'json' : 'text' };
    if (diff) throw new UsageError('--diff of which run? runs RUN --diff');
    const nowMs = Date.now();
    const fromMs = moment('--from', from, nowMs);
    const toMs = moment('--to', to, nowMs);
    const statuses = list(status).map((typed) => {
      const known = runStatuses.find((one) => one === typed);
      if (known === undefined) throw new UsageError(`Unknown status "${typed}". ${suggestion(typed, runStatuses)}`);
      return known;
    });
    const filter = {
      ...(statuses.length > 0 ? { status: statuses } : {}),
      ...(text === undefined ? {} : { text }),
      ...(list(tag).length > 0 ? { tags: list(tag) } : {}),
      ...(fromMs === null ? {} : { fromMs }),
      ...(toMs === null ? {} : { toMs }),
    };
    const query = RunQuery.safeParse({
      filter,
      sort: sortBy(sort ?? 'created', reverse === true),
      limit: wholeNumber('--limit', limit ?? '50', 1, 200),
      offset: wholeNumber('--offset', offset ?? '0', 0, 100_000_000),
    });
    if (!query.success) throw new UsageError(query.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; '));
    return { dataDir: data ?? null, query: query.data, json: json === true };
  },
  run: async (request, context) =>
    'run' in request ? (await import('../one-run')).showRun(request, context) : (await import('../runs')).listRuns(request, context),
});

/** Times begin with the newest, all else with the smallest, unless it is turned round. */
function sortBy(typed: string, reverse: boolean): RunSort {
  const newestFirst = typed === 'created' || typed === 'ended';
  const sort = RunSort.safeParse({ by: typed, direction: newestFirst === reverse ? 'ascending' : 'descending' });
  if (!sort.success) throw new UsageError(`--sort ${typed}: ${listOf([SORTS])}`);
  return sort.data;
}
