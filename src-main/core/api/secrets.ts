import type { secretsCommands } from '@shared/contract/secrets';
import type { CommandHandlers } from '@shared/rpc/api';
import type { Services } from './services';

export function secretsApi({ secrets: { vault } }: Services): Pick<CommandHandlers, keyof typeof secretsCommands> {
  return {
    'secrets.set': async ({ id, value }) => {
      await vault.set(id, value);
      return {};
    },
    'secrets.list': async () => ({ secrets: await vault.list() }),
    'secrets.remove': async ({ id }) => {
      await vault.remove(id);
      return {};
    },
  };
}
