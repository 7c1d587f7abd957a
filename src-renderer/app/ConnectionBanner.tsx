import { useEffect, useState, type ReactNode } from 'react';
import { useTexts } from '../i18n/use-texts';
import { useLink } from '../rpc/context';
import { useReadable } from '../rpc/hooks';
import { Button } from '../ui/Button';
import { Icon } from '../ui/Icon';

/** Short interruptions are not worth a banner. */
const GRACE_MS = 700;

/** Says that the figures stand still and when the next attempt is. */
export function ConnectionBanner(): ReactNode {
  const link = useLink();
  const state = useReadable(link.state);
  return state.kind === 'online' ? null : (
    <Banner
      key={state.kind}
      retryAtMs={state.kind === 'lost' ? state.retryAtMs : null}
      lost={state.kind === 'lost'}
      onRetry={() => link.retry()}
    />
  );
}

function Banner({
  lost,
  retryAtMs,
  onRetry,
}: {
  readonly lost: boolean;
  readonly retryAtMs: number | null;
  readonly onRetry: () => void;
}): ReactNode {
  const { t } = useTexts();
  const [shown, setShown] = useState(false);
  const [nowMs, setNowMs] = useState(() => Date.now());
  useEffect(() => {
    const grace = setTimeout(() => setShown(true), GRACE_MS);
    const clock = setInterval(() => setNowMs(Date.now()), 500);
    return () => {
      clearTimeout(grace);
      clearInterval(clock);
    };
  }, []);
  if (!shown) return null;
  const seconds = retryAtMs === null ? 0 : Math.max(0, Math.ceil((retryAtMs - nowMs) / 1000));
  return (
    <div className="banner banner-warn" data-testid="connection-banner">
      <Icon name="unlink" />
      <span>
        <span role="status">{lost ? t('link.lost') : t('link.connecting')}</span>
        {seconds > 0 ? ` ${t('link.retryIn', { count: seconds })}` : ''}
      </span>
      {retryAtMs === null ? null : <Button onClick={onRetry}>{t('link.retryNow')}</Button>}
    </div>
  );
}
