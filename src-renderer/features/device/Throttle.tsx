import type { ReactNode } from 'react';
import type { DeviceAxis } from '../../data/device-axis';
import { throttleHistory } from '../../data/throttle-history';
import { useTexts } from '../../i18n/use-texts';
import { useChanges } from './use-changes';

/** More than once a second nobody follows a bar's end. */
const REDRAW_MS = 1_000;

/** What held the GPU's clocks down over the shown span, one line a reason, under the charts and as wide as they. */
export function Throttle({ axis, seriesId }: { readonly axis: DeviceAxis; readonly seriesId: number }): ReactNode {
  const { t, format } = useTexts();
  useChanges(axis, REDRAW_MS);
  const span = axis.span;
  const { reasons, seenMs, coarse } = throttleHistory(axis.masks(seriesId), span);
  const length = span.toMs - span.fromMs;
  return (
    <section className="throttle" aria-label={t('device.throttle.title')} data-testid="throttle-history">
      <h2>
        {t('device.throttle.title')}
        <span className="page-note">{coarse ? t('device.throttle.coarse') : t('device.throttle.note')}</span>
      </h2>
      <ul>
        {reasons.map(({ reason, spans, heldMs }) => (
          <li key={reason} className="throttle-row" data-reason={reason}>
            <span className="throttle-name">{t(`device.reason.${reason}`)}</span>
            <span className="throttle-share">{seenMs === 0 ? format.percent(null) : format.percent(heldMs / seenMs, heldMs > 0 && heldMs / seenMs < 0.1 ? 1 : 0)}</span>
            <span className="throttle-bar" aria-hidden>
              {spans.map(({ fromMs, toMs, throughout }) => (
                <span key={fromMs} className={throughout ? undefined : 'throttle-some'} style={{ left: `${((fromMs - span.fromMs) / length) * 100}%`, width: `${((toMs - fromMs) / length) * 100}%` }} />
              ))}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
