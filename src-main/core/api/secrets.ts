import type { secretsCommands, secretsStreams } from '@shared/contract/secrets';
import type { StreamFrame } from '@shared/contract';
import { AppError, isAppError } from '@shared/contract/errors';
import { DisposableStore } from '@shared/base/disposable';
import type { CommandHandlers, StreamHandlers } from '@shared/rpc/api';
import type { SecretInfo } from '@shared/model/secret';
import { message } from '@shared/text/message';
import { keepingOf } from '../secrets/keeping';
import type { Services } from './services';

export function secretsApi(services: Services): Pick<CommandHandlers, keyof typeof secretsCommands> {
  const { vault } = services.secrets;
  return {
    'secrets.set': async ({ id, value }) => {
      await vault.set(id, value);
      return {};
    },
    'secrets.list': async () => ({ secrets: await secretInfos(services) }),
    'secrets.remove': async ({ id }) => {
      await vault.remove(id);
      return {};
    },
  };
}

export function secretsStreamsApi(services: Services): Pick<StreamHandlers, keyof typeof secretsStreams> {
  const { vault } = services.secrets;
  const frame = async (): Promise<StreamFrame<'secrets.live'>> => {
    const keepers = await vault.keepers();
    return { secrets: await secretInfos(services), keeping: keepers.length === 0 ? null : keepingOf(keepers) };
  };
  return {
    'secrets.live': (_params, sink) => {
      const stops = new DisposableStore();
      let told = '';
      let asked = 0;
      const tell = async (): Promise<void> => {
        // Of answers that overtake each other the last asked for counts.
        const own = ++asked;
        try {
          const next = await frame();
          const text = JSON.stringify(next);
          if (own !== asked || stops.isDisposed || text === told) return;
          told = text;
          sink.push(next);
        } catch (error) {
          if (!stops.isDisposed)
            sink.end(isAppError(error) ? error : new AppError('internal', message('message.core.failed'), { cause: error }));
        }
      };
      stops.add(vault.onChange(() => void tell()));
      stops.add(services.collectors.onChange(() => void tell()));
      void tell();
      return stops;
    },
  };
}

async function secretInfos({ secrets: { vault }, collectors }: Services): Promise<SecretInfo[]> {
  const uses = collectors.secretUses();
  return (await vault.list()).map((secret) => ({ ...secret, usedBy: uses.get(secret.id) ?? [] }));
}
