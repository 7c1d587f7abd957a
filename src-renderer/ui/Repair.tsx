import type { ReactNode } from 'react';
import type { Message } from '@shared/text/message';
import { formatMessage } from '../i18n/format-message';
import { useTexts } from '../i18n/use-texts';
import { Copyable } from './Copyable';

/** What mends something: a command to be copied, or a sentence to be read. */
export function Repair({ repair }: { readonly repair: Message }): ReactNode {
  const { t } = useTexts();
  return typeof repair === 'string' ? <Copyable text={repair} /> : <span>{formatMessage(t, repair)}</span>;
}
