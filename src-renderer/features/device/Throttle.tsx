import type { ReactNode } from 'react';
import type { TimeRange } from '@shared/model/time-range';
import type { DeviceAxis } from '../../data/device-axis';
import { throttleHistory, type ThrottleSpan, type ThrottleSources } from '../../data/throttle-history';
import { useTexts } from '../../i18n/use-texts';
import { useSettled } from '../../rpc/hooks';
import { useChanges } from '../../rpc/use-changes';

/** More than once a second nobody follows a bar's end. */
const REDRAW_MS = 1_000;
/** Moved by a hand, the bars follow once it rests. */
const REST_MS = 160;
/** The bars' own width; they are stretched to the plots' above. */
const WIDTH = 4_000;

/** What held the GPU's clocks down over the shown span, one line a reason, under the charts and as wide as they. A bar is as high as the share of its time. */
export function Throttle({ axis, sources }: { readonly axis: DeviceAxis; readonly sources: ThrottleSources }): ReactNode {
  const { t, format } = useTexts();
  useChanges(axis, REDRAW_MS);
  useSettled(axis.window, REST_MS);
  const span = axis.span;
  const { reasons, coarse } = throttleHistory((id) => axis.steps(id), sources, span);
  return (
    <section className="throttle" aria-label={t('device.throttle.title')} data-testid="throttle-history">
      <h2>
        {t('device.throttle.title')}
        <span className="page-note">{coarse ? t('device.throttle.coarse') : t('device.throttle.note')}</span>
      </h2>
      <ul>
        {reasons.map(({ reason, spans, share: held }) => (
          <li key={reason} className="throttle-row" data-reason={reason} data-share={held?.toFixed(4)}>
            <span className="throttle-name">{t(`device.reason.${reason}`)}</span>
            <span className="throttle-share">{format.percent(held, held !== null && held > 0 && held < 0.1 ? 1 : 0)}</span>
            <svg className="throttle-bar" viewBox={`0 0 ${WIDTH} 1`} preserveAspectRatio="none" aria-hidden>
              <path
                className="throttle-some"
                d={outline(
                  spans.filter(({ share }) => share === null),
                  span,
                )}
              />
              <path
                className="throttle-held"
                d={outline(
                  spans.filter(({ share }) => share !== null),
                  span,
                )}
              />
            </svg>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** All bars as one path: however many there are, there is one element to draw. */
function outline(spans: readonly ThrottleSpan[], span: TimeRange): string {
  const x = (ms: number): string => (((ms - span.fromMs) / (span.toMs - span.fromMs)) * WIDTH).toFixed(1);
  return spans.map(({ fromMs, toMs, share }) => `M${x(fromMs)} 1V${(1 - (share ?? 1)).toFixed(3)}H${x(toMs)}V1Z`).join('');
}
