import { dataOption, defineCommand } from '../command';
import { suggestion } from '../nearest';
import { UsageError } from '../usage';
import type { SourcesRequest } from '../sources';

const actions = ['list', 'kinds', 'add', 'set', 'test', 'on', 'off', 'remove'] as const;
const withWhat: Readonly<Record<string, string>> = {
  add: 'KIND',
  test: 'KIND',
  set: 'ID',
  on: 'ID',
  off: 'ID',
  remove: 'ID',
};

export const sourcesCommand = defineCommand({
  name: 'sources',
  summary: `what is read, and how it fares: ${actions.join(', ')}`,
  define: (cli) =>
    cli
      .argument('[ACTION]', `one of ${actions.join(', ')}; default list`)
      .argument('[WHAT]', 'the kind of a source (add, test), or the id of one')
      .argument('[NAME=VALUE...]', 'what it is called (name) and its settings; a secret by the name under which it is kept')
      .addOption(dataOption()),
  check: ({ data }, typed, what, settings): SourcesRequest => {
    const action = actions.find((one) => one === (typed ?? 'list'));
    if (action === undefined) throw new UsageError(`Unknown action "${typed}". ${suggestion(typed ?? '', actions)}`);
    const needed = withWhat[action];
    if (needed !== undefined && what === undefined) throw new UsageError(`Which? sources ${action} ${needed}`);
    if (needed === undefined && what !== undefined) throw new UsageError(`"${what}" is one argument too many for "sources ${action}".`);
    const takes = action === 'add' || action === 'set' || action === 'test';
    if (!takes && settings.length > 0) throw new UsageError(`"sources ${action}" takes no settings.`);
    return { dataDir: data ?? null, action, what: what ?? '', settings: settings.map(pairOf) };
  },
  run: async (request, context) => (await import('../sources')).sources(request, context),
});

function pairOf(typed: string): readonly [string, string] {
  const at = typed.indexOf('=');
  if (at < 1) throw new UsageError(`"${typed}" is no setting: NAME=VALUE is needed.`);
  return [typed.slice(0, at), typed.slice(at + 1)];
}
