import { useState, type ReactNode } from 'react';
import { valueOf } from '../../data/loadable';
import { formatMessage } from '../../i18n/format-message';
import { useTexts } from '../../i18n/use-texts';
import { useAsked } from '../../rpc/hooks';
import { ErrorNote } from '../../ui/ErrorNote';

const EVERY_MS = 10_000;
const SHOWN = 50;
/** Later than any clock: events of now must not be missed because the question is older. */
const EVER_MS = 8_640_000_000_000_000;

/** What happened to a device, newest first: driver errors, losses, notes. */
export function Events({ device }: { readonly device: string }): ReactNode {
  const { t, format } = useTexts();
  const [input] = useState({ fromMs: 0, toMs: EVER_MS, devices: [device], limit: SHOWN });
  const { answer } = useAsked('events.query', input, EVERY_MS);
  const events = [...(valueOf(answer)?.events ?? [])].sort((a, b) => b.atMs - a.atMs);
  return (
    <section className="facts" aria-label={t('device.events')} data-testid="device-events">
      <h2>{t('device.events')}</h2>
      {answer.state === 'failed' ? <ErrorNote error={answer.error} /> : null}
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
