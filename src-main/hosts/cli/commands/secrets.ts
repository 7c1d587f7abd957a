import { SecretId } from '@shared/model/secret';
import { dataOption, defineCommand } from '../command';
import { suggestion } from '../nearest';
import { UsageError } from '../usage';
import type { SecretsRequest } from '../secrets';

const actions = ['list', 'set', 'remove'] as const;

export const secretsCommand = defineCommand({
  name: 'secrets',
  summary: 'credentials by their names, never their values: list, set, remove',
  define: (cli) =>
    cli
      .argument('[ACTION]', `one of ${actions.join(', ')}; default list`)
      .argument('[NAME]', 'what the secret is called; its value is asked for, or read from standard input')
      .addOption(dataOption()),
  check: ({ data }, typed, name): SecretsRequest => {
    const action = actions.find((one) => one === (typed ?? 'list'));
    if (action === undefined) throw new UsageError(`Unknown action "${typed}". ${suggestion(typed ?? '', actions)}`);
    if (action === 'list') {
      if (name !== undefined) throw new UsageError(`"${name}" is one argument too many for "secrets list".`);
      return { dataDir: data ?? null, action, name: '' };
    }
    if (name === undefined) throw new UsageError(`Which secret? secrets ${action} NAME`);
    const id = SecretId.safeParse(name);
    if (!id.success) throw new UsageError(`"${name}" is no name of a secret: ${id.error.issues[0]?.message ?? ''}.`);
    return { dataDir: data ?? null, action, name: id.data };
  },
  run: async (request, context) => (await import('../secrets')).secrets(request, context),
});
