import type { enginesCommands } from '@shared/contract/engines';
import type { CommandHandlers } from '@shared/rpc/api';
import type { Services } from './services';

export function enginesApi({ engines }: Services): Pick<CommandHandlers, keyof typeof enginesCommands> {
  return { 'engines.list': async () => ({ engines: await engines.list() }) };
}
