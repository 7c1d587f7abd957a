import type { CommandHandlers } from '@shared/rpc/api';
import type { Services } from './services';

export function enginesApi({ engines }: Services): Pick<CommandHandlers, 'engines.list'> {
  return { 'engines.list': async () => ({ engines: await engines.list() }) };
}
