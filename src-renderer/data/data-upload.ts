import { DATA_CHUNK_BYTES } from '@shared/contract/datasets';
import { AppError } from '@shared/contract/errors';
import { message } from '@shared/text/message';
import type { RpcClient } from '@shared/rpc/client';
import type { FileLike } from './import-upload';

/**
 * Sends a file to the core chunk by chunk, each after the answer to the one before.
 * @returns the id of its source @throws {AppError} `invalid-input` for an empty one, and what the core says
 */
export async function sendData(
  client: Pick<RpcClient, 'call'>,
  file: Omit<FileLike, 'lastModified'>,
  told: (share: number) => void,
): Promise<string> {
  if (file.size === 0) throw new AppError('invalid-input', message('message.file.empty', { path: file.name }));
  const { id } = await client.call('data.beginUpload', { name: file.name, bytes: file.size });
  for (let offset = 0; offset < file.size; offset += DATA_CHUNK_BYTES) {
    const bytes = new Uint8Array(await file.slice(offset, offset + DATA_CHUNK_BYTES).arrayBuffer());
    const { receivedBytes } = await client.call('data.chunk', { id, offset, bytes });
    told(receivedBytes / file.size);
  }
  return id;
}
