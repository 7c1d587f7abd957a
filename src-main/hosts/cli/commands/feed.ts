import { dataOption, defineCommand } from '../command';
import type { FeedRequest } from '../feed';
import { suggestion } from '../nearest';
import { UsageError } from '../usage';
import { wholeNumber } from '../values';

const needs = { schema: 'KIND', test: 'FILE', add: 'FILE', watch: 'FILE', remove: 'ID', list: null } as const;
const actions = Object.keys(needs) as (keyof typeof needs)[];

export const feedCommand = defineCommand({
  name: 'feed',
  summary: `feeds as files, for rooms kept in files: ${actions.join(', ')}`,
  missing: 'What? feed list',
  define: (cli) =>
    cli
      .argument('<ACTION>', `one of ${actions.join(', ')}`)
      .argument('[WHAT]', 'the file of a feed (test, add, watch; - is standard input), its kind (schema) or its id (remove)')
      .option('--json', 'a JSON document, or one a poll')
      .option('--seconds <N>', 'watch: how long, default until it is ended')
      .addOption(dataOption()),
  check: ({ data, json, seconds }, typed, what): FeedRequest => {
    const action = actions.find((one) => one === typed);
    if (action === undefined) throw new UsageError(`Unknown action "${typed}". ${suggestion(typed, actions)}`);
    const needed = needs[action];
    if (needed !== null && what === undefined) throw new UsageError(`Which? feed ${action} ${needed}`);
    if (needed === null && what !== undefined) throw new UsageError(`"${what}" is one argument too many for "feed ${action}".`);
    if (seconds !== undefined && action !== 'watch') throw new UsageError(`--seconds does not belong to "feed ${action}".`);
    return {
      dataDir: data ?? null,
      action,
      what: what ?? '',
      json: json === true,
      seconds: seconds === undefined ? null : wholeNumber('--seconds', seconds, 1, 86_400),
    };
  },
  run: async (request, context) => (await import('../feed')).feed(request, context),
});
