import { CSPProvider } from '@base-ui/react/csp-provider';
import { useEffect, useRef, useState, type ReactNode } from 'react';
import { StoppedStreams } from '../features/activity/StoppedStreams';
import { useTexts } from '../i18n/use-texts';
import { useLink } from '../rpc/context';
import { useReadable } from '../rpc/hooks';
import { ToastProvider } from '../ui/Toasts';
import type { Overlay } from './commands/command';
import { Palette } from './commands/Palette';
import { ShortcutsDialog } from './commands/ShortcutsDialog';
import { useShortcuts } from './commands/use-shortcuts';
import { ConnectionBanner } from './ConnectionBanner';
import { ErrorBoundary } from './ErrorBoundary';
import { Nav } from './Nav';
import { NoticeBanner } from './NoticeBanner';
import { pageTitle } from './page-title';
import { fetchPages, navPageOf, pages } from './pages';
import { PageView } from './PageView';
import { parseAddress } from './paths';
import { useHash } from './router';
import { ScenarioBanner } from './ScenarioBanner';
import { TokenGate } from './TokenGate';
import { useArrival } from './use-arrival';

/** The window's own name, after that of what it shows. */
function useWindowTitle(kind: string | null): void {
  const { t } = useTexts();
  const name = useReadable(pageTitle) ?? kind;
  useEffect(() => {
    document.title = name === null ? t('app.name') : t('app.windowTitle', { name, app: t('app.name') });
  }, [name, t]);
}

/** The other pages' code is fetched once the first one stands. */
function useFetchAhead(): void {
  useEffect(() => {
    const idle = requestIdleCallback(() => void fetchPages());
    return () => cancelIdleCallback(idle);
  }, []);
}

export function App(): ReactNode {
  const { t } = useTexts();
  const link = useReadable(useLink().state);
  const hash = useHash();
  const address = parseAddress(hash);
  const page = address.page === 'unknown' ? null : address.page;
  const place = address.page === 'unknown' ? hash : JSON.stringify([page, address.params]);
  const main = useRef<HTMLElement>(null);
  const [overlay, setOverlay] = useState<Overlay | null>(null);
  useWindowTitle(page === null ? null : t(pages[page].title));
  useArrival(main, hash, place);
  useFetchAhead();

  useShortcuts(setOverlay);

  if (link.kind === 'no-token' || link.kind === 'refused') return <TokenGate kind={link.kind} />;
  return (
    <CSPProvider disableStyleElements>
      <ToastProvider>
        <div className="shell">
          <a className="skip-link" href="#main" onClick={skipToMain}>
            {t('app.skip')}
          </a>
          <Nav page={page === null ? null : navPageOf(page)} onShow={setOverlay} />
          <div className="shell-main">
            <ScenarioBanner />
            <ConnectionBanner />
            <StoppedStreams />
            <NoticeBanner />
            <main id="main" ref={main} className="page" tabIndex={-1} data-page={address.page}>
              <ErrorBoundary key={place}>
                <PageView address={address} />
              </ErrorBoundary>
            </main>
          </div>
          {overlay === 'palette' ? <Palette onClose={() => setOverlay(null)} show={setOverlay} /> : null}
          {overlay === 'shortcuts' ? <ShortcutsDialog onClose={() => setOverlay(null)} /> : null}
        </div>
      </ToastProvider>
    </CSPProvider>
  );
}

/** The address behind # is the route, so the link moves the focus itself. */
function skipToMain(event: { preventDefault: () => void }): void {
  event.preventDefault();
  document.getElementById('main')?.focus();
}
