import type { StreamFrame } from '@shared/contract';
import { AppError } from '@shared/contract/errors';
import { SECRET_MAX_LENGTH, SECRET_MIN_LENGTH } from '@shared/model/secret';
import type { RpcClient } from '@shared/rpc/client';
import { english, message } from '@shared/text/message';
import type { CliContext } from './command';
import { formatTable } from './format';
import { readSecret } from './secret-input';
import type { Terminal } from './terminal';
import { UsageError } from './usage';

export interface SecretsRequest {
  readonly dataDir: string | null;
  readonly action: 'list' | 'set' | 'remove';
  /** Empty where none is needed. */
  readonly name: string;
}

/** Lists the credentials, or changes one, as the window's page does. @returns the exit code */
export async function secrets({ dataDir, action, name }: SecretsRequest, context: CliContext): Promise<number> {
  const { terminal } = context;
  // Asked for before a core is started: nobody waits for a person to type.
  const value = action === 'set' ? await readSecret(terminal, name) : null;
  if (value !== null && (value.length < SECRET_MIN_LENGTH || value.length > SECRET_MAX_LENGTH))
    throw new UsageError(`A secret has ${SECRET_MIN_LENGTH} to ${SECRET_MAX_LENGTH} characters.`);
  const running = await context.openCore(context.paths(dataDir));
  try {
    if (value !== null) {
      await running.client.call('secrets.set', { id: name, value });
      terminal.line(`Kept ${name}.`);
    } else if (action === 'remove') {
      await running.client.call('secrets.remove', { id: name });
      terminal.line(`Deleted ${name}.`);
    } else list(await present(running.client), terminal);
    return 0;
  } finally {
    await running.close();
  }
}

function present(client: RpcClient): Promise<StreamFrame<'secrets.live'>> {
  return new Promise((resolve, reject) => {
    client.subscribe(
      'secrets.live',
      {},
      { onFrame: resolve, onEnd: (error) => reject(error ?? new AppError('disconnected', message('message.core.lost'))) },
    );
  });
}

function list({ secrets: kept, keeping }: StreamFrame<'secrets.live'>, terminal: Terminal): void {
  if (keeping !== null) terminal.note(english(keeping.detail));
  if (keeping !== null && keeping.repair !== null) terminal.note(english(keeping.repair));
  const rows = kept.map(({ id, setAtMs, keeper, isReadable, usedBy }) => [
    id,
    new Date(setAtMs).toISOString().slice(0, 16).replace('T', ' '),
    isReadable ? keeper : 'cannot be decrypted: set it anew',
    usedBy.map(({ source, param }) => `${source} (${english(param)})`).join(', ') || '—',
  ]);
  if (rows.length === 0) terminal.line('No secret is kept.');
  else
    for (const line of formatTable([{ title: 'Name' }, { title: 'Set (UTC)' }, { title: 'Key' }, { title: 'Used by' }], rows))
      terminal.line(line);
}
