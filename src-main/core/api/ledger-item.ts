import type { DoctorItem } from '@shared/model/doctor';
import type { Retention } from '@shared/model/settings';
import { message, messageOf } from '@shared/text/message';
import type { StoreReader } from '../store/types';

/** What the ledger of energy takes, and a year of it by the last week. */
export async function ledgerItem(reader: Pick<StoreReader, 'ledger'>, { ledgerQuarterDays }: Retention): Promise<DoctorItem> {
  const item = { id: 'storage.ledger', group: 'storage', name: message('doctor.item.storage.ledger'), repair: null } as const;
  try {
    const { bytes, yearBytes, olderYearBytes } = await reader.ledger.size();
    if (yearBytes === null || olderYearBytes === null)
      return { ...item, state: 'works', detail: message('message.ledger.early', { size: megabytes(bytes) }) };
    const days = message('message.count.days', { count: ledgerQuarterDays });
    const sizes = { size: megabytes(bytes), year: megabytes(yearBytes), older: megabytes(olderYearBytes) };
    return { ...item, state: 'works', detail: message('message.ledger.size', { ...sizes, days }) };
  } catch (error) {
    return { ...item, state: 'failing', detail: messageOf(error) };
  }
}

/** With a digit behind the point where there is none before it. */
const megabytes = (bytes: number): number => (bytes < 1e7 ? Math.round(bytes / 1e5) / 10 : Math.round(bytes / 1e6));
