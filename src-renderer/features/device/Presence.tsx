import { useState, type ReactNode } from 'react';
import type { AppError } from '@shared/contract/errors';
import type { DeviceRecord } from '@shared/model/device-record';
import { toAppError } from '../../data/loadable';
import { useTexts } from '../../i18n/use-texts';
import { useServices } from '../../rpc/context';
import { Button } from '../../ui/Button';

/** That a known device is not here, since when, and the way to say that it will not be; nothing of one that is. */
export function Presence({ record }: { readonly record: DeviceRecord }): ReactNode {
  const { t, format } = useTexts();
  const { client } = useServices();
  const [failure, setFailure] = useState<AppError | null>(null);
  const { device, state } = record;
  if (state === 'present' || state === 'unheard') return null;
  const since = format.dateTime(
    state === 'removed' ? (record.removedAtMs ?? record.lastSeenMs) : (record.awaySinceMs ?? record.lastSeenMs),
  );
  const forget = (): void => {
    setFailure(null);
    client.call('power.forgetDevice', { device }).catch((error: unknown) => setFailure(toAppError(error)));
  };
  return (
    <>
      <span className={`device-state device-state-${state}`} role="status" data-testid="device-state">
        {t(`device.state.${state}`, { time: since })}
      </span>
      {state === 'removed' ? null : <Button onClick={forget}>{t('device.removed.say')}</Button>}
      {failure ? (
        <span className="field-error" role="alert">
          {t(`error.${failure.code}`)}
        </span>
      ) : null}
    </>
  );
}
