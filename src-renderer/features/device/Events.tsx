import { useMemo, type ReactNode } from 'react';
import { valueOf } from '../../data/loadable';
import { formatMessage } from '../../i18n/format-message';
import { useTexts } from '../../i18n/use-texts';
import { useEvents } from '../../rpc/hooks';
import { Trouble } from '../../ui/StreamNote';

const SHOWN = 50;

/** What happened to a device, newest first: driver errors, losses, changes, notes. */
export function Events({ device }: { readonly device: string }): ReactNode {
  const { t, format } = useTexts();
  const answer = useEvents(useMemo(() => ({ devices: [device], limit: SHOWN }), [device]));
  const events = [...(valueOf(answer) ?? [])].reverse();
  return (
    <section className="facts" aria-label={t('device.events')} data-testid="device-events">
      <h2>{t('device.events')}</h2>
      <Trouble of={answer} />
      {answer.state === 'ready' && events.length === 0 ? <p className="facts-empty">{t('device.events.none')}</p> : null}
      <ul className="device-events">
        {events.map((event) => (
          <li key={event.id} data-severity={event.severity} title={t(`device.severity.${event.severity}`)}>
            <time>{format.shortDateTime(event.atMs)}</time>
            <span>{formatMessage(t, event.text)}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}
