import type { DoctorItem } from '@shared/model/doctor';
import { message, messageOf } from '@shared/text/message';
import { AppError } from '@shared/contract/errors';
import type { KeeperState } from '../secrets/cipher';
import { keepingOf } from '../secrets/keeping';
import type { SecretVault } from '../secrets/vault';
import { listOf } from '../telemetry/collectors/items';

type Found = Pick<DoctorItem, 'state' | 'detail' | 'repair'>;

/** Whether credentials can be kept, with what key, and whether those that are kept can be used. No item where the runtime keeps none. */
export async function secretsItem(vault: SecretVault): Promise<DoctorItem[]> {
  const keepers = await vault.keepers();
  if (keepers.length === 0) return [];
  return [{ id: 'storage.secrets', group: 'storage', name: message('doctor.item.storage.secrets'), ...(await found(vault, keepers)) }];
}

async function found(vault: SecretVault, keepers: readonly KeeperState[]): Promise<Found> {
  const { state, detail, repair } = keepingOf(keepers);
  if (state === 'failing') return { state, detail, repair };
  try {
    const secrets = await vault.list();
    const locked = secrets.filter(({ isReadable }) => !isReadable);
    if (locked.length > 0) {
      const ids = listOf(locked.map(({ id }) => id));
      const some = message('message.secrets.lockedSome', { keeper: detail, count: locked.length, ids });
      return { state: 'partial', detail: some, repair: message('message.secrets.lockedRepair') };
    }
    return { state, detail: message('message.secrets.kept', { count: secrets.length, keeper: detail }), repair };
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return { state: 'failing', detail: messageOf(error), repair: null };
  }
}
