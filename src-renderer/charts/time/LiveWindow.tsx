import type { ReactNode } from 'react';
import type { Interruptible } from '../../data/interruption';
import type { TimeWindow } from '../../data/time-window';
import { useTexts } from '../../i18n/use-texts';
import { useLink } from '../../rpc/context';
import { useReadable } from '../../rpc/hooks';
import { Button } from '../../ui/Button';
import { Segmented } from '../../ui/Field';
import { Stopped } from '../../ui/StreamNote';

const MINUTE_MS = 60_000;
const presets = [
  { value: '1', ms: MINUTE_MS },
  { value: '5', ms: 5 * MINUTE_MS },
  { value: '15', ms: 15 * MINUTE_MS },
  { value: '60', ms: 60 * MINUTE_MS },
] as const;
type Preset = (typeof presets)[number]['value'];

interface LiveWindowProps {
  /** What the chart draws. */
  readonly source: Interruptible;
  readonly window: TimeWindow;
  /** Follows the newest so many ms. */
  readonly onFollow: (spanMs: number) => void;
  readonly onReturn: () => void;
}

/** How much of the newest time a chart shows, whether it moves along, and the way back when it stands still. */
export function LiveWindow({ source, window, onFollow, onReturn }: LiveWindowProps): ReactNode {
  const { t, format } = useTexts();
  const online = useReadable(useLink().state).kind === 'online';
  const stopped = useReadable(source.failure) !== null && online;
  const live = window.mode === 'live';
  return (
    <>
      <Segmented<Preset>
        label={t('room.axis.window')}
        value={live ? (presets.find(({ ms }) => ms === window.spanMs)?.value ?? null) : null}
        options={presets.map(({ value }) => ({ value, label: t(`room.axis.window.${value}`) }))}
        onChange={(value) => onFollow(presets.find((entry) => entry.value === value)?.ms ?? MINUTE_MS)}
      />
      <Stopped of={source} />
      {live && stopped ? null : live ? (
        <span className={`live-note ${online ? 'live-on' : 'live-off'}`} role="status">
          {t(online ? 'room.axis.live' : 'room.axis.offline')}
        </span>
      ) : (
        <>
          <span className="live-note" role="status">
            {t('room.axis.paused', { range: format.range(window.fromMs, window.toMs) })}
          </span>
          <Button tone="primary" icon="live" onClick={onReturn} data-testid="return-to-live">
            {t('room.axis.return')}
          </Button>
        </>
      )}
    </>
  );
}
