import { useMemo, type ReactNode } from 'react';
import type { StreamFrame } from '@shared/contract';
import { toDevice, toPage, toSettings } from '../../app/paths';
import { valueOf } from '../../data/loadable';
import { partName } from '../../data/part-name';
import { reduceSilence, troubleKinds, troublesOf, type Trouble } from '../../data/troubles';
import { formatMessage } from '../../i18n/format-message';
import { useTexts, type Texts } from '../../i18n/use-texts';
import { useServices } from '../../rpc/context';
import { useEvents, useStream, useValue } from '../../rpc/hooks';
import { Icon } from '../../ui/Icon';
import styles from './Troubles.module.css';

const NOTHING = {};
const newest = (_: unknown, frame: StreamFrame<'collectors.live'>): StreamFrame<'collectors.live'> => frame;
const WATCHED = 500;
/** More than these nobody reads at a glance; the doctor has them all. */
const SHOWN = 6;

/** What is wrong in the room, before anything else, each with the way to where it is mended. Nothing at all while all is well. */
export function Troubles(): ReactNode {
  const texts = useTexts();
  const { t } = texts;
  const services = useServices();
  const devices = useValue(services.devices);
  const silence = valueOf(useStream('room.live', NOTHING, reduceSilence));
  const sources = valueOf(useStream('collectors.live', NOTHING, newest));
  const events = valueOf(useEvents(useMemo(() => ({ kinds: [...troubleKinds], limit: WATCHED }), [])));
  const troubles = troublesOf({
    devices: devices ?? [],
    silence,
    kinds: sources?.kinds ?? [],
    collectors: sources?.collectors ?? [],
    events: events ?? [],
  });
  if (troubles.length === 0) return null;
  const rest = troubles.length - SHOWN;
  return (
    <section className={styles['strip']} aria-label={t('room.trouble')} data-testid="troubles">
      <Icon name="warning" size={18} />
      <h2>
        <span role="status">{t('room.trouble.count', { count: troubles.length })}</span>
      </h2>
      <ul>
        {troubles.slice(0, SHOWN).map((trouble) => {
          const { text, hint, href } = wordsOf(texts, trouble);
          return (
            <li key={`${trouble.kind} ${href} ${text}`} data-trouble={trouble.kind}>
              <a href={href} title={hint ?? undefined}>
                {text}
              </a>
            </li>
          );
        })}
        {rest > 0 ? (
          <li>
            <a href={toPage('doctor')}>{t('room.trouble.more', { count: rest })}</a>
          </li>
        ) : null}
      </ul>
    </section>
  );
}

interface TroubleWords {
  readonly text: string;
  readonly hint: string | null;
  readonly href: string;
}

function wordsOf({ t, format }: Texts, trouble: Trouble): TroubleWords {
  switch (trouble.kind) {
    case 'event': {
      const { device, kind, text, atMs } = trouble.event;
      const own = kind.startsWith('recording.') || kind.startsWith('driver.');
      return { text: formatMessage(t, text), hint: format.dateTime(atMs), href: own ? toPage('doctor') : toDevice(device) };
    }
    case 'collector': {
      const { name, error } = trouble.collector;
      return {
        text: t('room.trouble.collector', { name: formatMessage(t, name) }),
        hint: error && formatMessage(t, error),
        href: toSettings('sources'),
      };
    }
    case 'lost':
    case 'missing':
    case 'silent':
    case 'unclear': {
      const { device, label } = trouble;
      const name = partName(trouble);
      return { text: t(`room.trouble.${trouble.kind}`, { device: name }), hint: name === label ? device : label, href: toDevice(device) };
    }
  }
}
