import { AppError } from '@shared/contract/errors';
import { message } from '@shared/text/message';
import type { StoredVersion } from '../../dataset-files/reader';

/** A version of more bytes is neither looked through nor changed whole. */
const MOST_MEGABYTES = 1_000;

/** @throws {AppError} `too-large` */
export function refuseTooLarge({ version: { bytes } }: StoredVersion): void {
  const megabytes = Math.ceil(bytes / 1e6);
  if (megabytes > MOST_MEGABYTES) throw new AppError('too-large', message('message.data.tooLarge', { megabytes, most: MOST_MEGABYTES }));
}

/** Lets the rest of the core have its turn between two pieces of work. */
export const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
