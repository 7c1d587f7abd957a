import type { ReactNode } from 'react';
import { decodeClockEvents } from '@shared/model/clock-events';
import { useTexts } from '../../i18n/use-texts';

/** The reasons in a clock-event mask, in words. */
export function ReasonList({ bits }: { readonly bits: number | null }): ReactNode {
  const { t, format } = useTexts();
  if (bits === null) return format.number(null, 0);
  const reasons = decodeClockEvents(bits);
  return reasons.length === 0 ? t('device.throttle.none') : reasons.map((reason) => t(`device.reason.${reason}`)).join(', ');
}
