import { dataOption, defineCommand } from '../command';
import type { FeedRequest } from '../feed';
import { suggestion } from '../nearest';
import { UsageError } from '../usage';
import { moment, wholeNumber } from '../values';

const needs = {
  schema: 'KIND',
  test: 'FILE',
  add: 'FILE',
  watch: 'FILE',
  remove: 'ID',
  list: null,
  readings: 'ID',
  reading: 'ID',
} as const;
const actions = Object.keys(needs) as (keyof typeof needs)[];

export const feedCommand = defineCommand({
  name: 'feed',
  summary: `feeds kept in files: ${actions.join(', ')}`,
  missing: 'What? feed list',
  define: (cli) =>
    cli
      .argument('<ACTION>', `one of ${actions.join(', ')}`)
      .argument(
        '[WHAT]',
        'the file of a feed (test, add, watch; - is standard input), its kind (schema) or its id (remove, readings, reading)',
      )
      .argument('[VALUE]', 'reading: what the meter shows, in the unit of its source; - takes the reading of that time back')
      .option('--json', 'a JSON document, or one a poll')
      .option('--seconds <N>', 'watch: how long, default until it is ended')
      .option('--at <T>', 'reading: when it was read, default now: 2026-11-23T14:00, or 6h for six hours ago')
      .option('--used', 'reading: what was used since the reading before, as on a bill')
      .option('--begins', 'reading: the meter was exchanged or set back before it')
      .addOption(dataOption()),
  check: ({ data, json, seconds, at, used, begins }, typed, what, value): FeedRequest => {
    const action = actions.find((one) => one === typed);
    if (action === undefined) throw new UsageError(`Unknown action "${typed}". ${suggestion(typed, actions)}`);
    const needed = needs[action];
    if (needed !== null && what === undefined) throw new UsageError(`Which? feed ${action} ${needed}`);
    if (needed === null && what !== undefined) throw new UsageError(`"${what}" is one argument too many for "feed ${action}".`);
    if (seconds !== undefined && action !== 'watch') throw new UsageError(`--seconds does not belong to "feed ${action}".`);
    const isReading = action === 'reading';
    if (isReading && value === undefined) throw new UsageError('What does it show? feed reading ID VALUE');
    if (!isReading && value !== undefined) throw new UsageError(`"${value}" is one argument too many for "feed ${action}".`);
    const [option] = Object.entries({ '--at': at, '--used': used, '--begins': begins }).find(([, given]) => given !== undefined) ?? [];
    if (!isReading && option !== undefined) throw new UsageError(`${option} does not belong to "feed ${action}".`);
    if (used === true && begins === true)
      throw new UsageError('--used and --begins: of a meter that was exchanged, what it shows is needed.');
    if (value === '-' && at === undefined) throw new UsageError('Which reading is taken back? --at T, as feed readings ID lists it');
    return {
      dataDir: data ?? null,
      action,
      what: what ?? '',
      json: json === true,
      reading:
        value === undefined
          ? null
          : {
              value: value === '-' ? null : meterValue(value),
              atMs: moment('--at', at, Date.now()),
              isUsed: used === true,
              begins: begins === true,
            },
      seconds: seconds === undefined ? null : wholeNumber('--seconds', seconds, 1, 86_400),
    };
  },
  run: async (request, context) => (await import('../feed')).feed(request, context),
});

/** @throws {UsageError} */
function meterValue(typed: string): number {
  const value = /^\d+(?:\.\d+)?$/.test(typed) ? Number(typed) : Number.NaN;
  if (!Number.isFinite(value)) throw new UsageError(`${typed}: what a meter shows is a number, as 12345.6`);
  return value;
}
