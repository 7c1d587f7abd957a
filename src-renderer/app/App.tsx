import { CSPProvider } from '@base-ui/react/csp-provider';
import { useEffect, useState, useSyncExternalStore, type ReactNode } from 'react';
import { assertNever } from '@shared/base/assert-never';
import { StoppedStreams } from '../features/activity/StoppedStreams';
import { DoctorPage } from '../features/doctor/DoctorPage';
import { DevicePage } from '../features/device/DevicePage';
import { HistoryPage } from '../features/history/HistoryPage';
import { RoomPage } from '../features/room/RoomPage';
import { SettingsPage } from '../features/settings/SettingsPage';
import { RunPage } from '../features/training/RunPage';
import { TrainingPage } from '../features/training/TrainingPage';
import { useTexts } from '../i18n/use-texts';
import { useLink } from '../rpc/context';
import { useReadable } from '../rpc/hooks';
import { EmptyState } from '../ui/EmptyState';
import { ToastProvider } from '../ui/Toasts';
import { ConnectionBanner } from './ConnectionBanner';
import { ErrorBoundary } from './ErrorBoundary';
import { Nav } from './Nav';
import { NoticeBanner } from './NoticeBanner';
import { hashOf, pageOf, pageRoute, pages, parseRoute, type Route } from './routes';
import { ScenarioBanner } from './ScenarioBanner';
import { Shortcuts } from './Shortcuts';
import { TokenGate } from './TokenGate';

function subscribeHash(listener: () => void): () => void {
  window.addEventListener('hashchange', listener);
  return () => window.removeEventListener('hashchange', listener);
}

function Page({ route }: { readonly route: Route }): ReactNode {
  const { t } = useTexts();
  switch (route.page) {
    case 'room':
      return <RoomPage />;
    case 'training':
      return <TrainingPage />;
    case 'run':
      return <RunPage key={route.runId} runId={route.runId} />;
    case 'history':
      return <HistoryPage view={route.view} />;
    case 'device':
      return <DevicePage key={route.device} device={route.device} />;
    case 'settings':
      return <SettingsPage section={route.section} />;
    case 'doctor':
      return <DoctorPage />;
    case 'unknown':
      return (
        <EmptyState page icon="unlink" title={t('app.unknown.title')} action={<a href="#/">{t('app.unknown.step')}</a>}>
          <code>{route.hash}</code>
        </EmptyState>
      );
    default:
      return assertNever(route);
  }
}

export function App(): ReactNode {
  const { t } = useTexts();
  const link = useReadable(useLink().state);
  const hash = useSyncExternalStore(subscribeHash, () => window.location.hash);
  const route = parseRoute(hash);
  const page = pageOf(route);
  const [help, setHelp] = useState(false);

  useEffect(() => {
    document.title = page === null ? t('app.name') : `${t(`nav.${page}`)} · ${t('app.name')}`;
  }, [page, t]);

  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      const target = event.target;
      const typing = target instanceof HTMLElement && target.closest('input, select, textarea, [contenteditable]') !== null;
      // Behind a dialog nothing moves, wherever the focus is.
      const isCovered = document.querySelector('[data-modal]') !== null;
      // A desktop's window has no button of a browser's for the way back.
      if (!typing && !isCovered && event.altKey && event.key === 'ArrowLeft') {
        event.preventDefault();
        window.history.back();
        return;
      }
      if (typing || isCovered || event.ctrlKey || event.metaKey || event.altKey) return;
      if (event.key === '?') {
        setHelp(true);
        return;
      }
      const chosen = pages[Number(event.key) - 1];
      if (/^[1-9]$/.test(event.key) && chosen) window.location.hash = hashOf(pageRoute(chosen));
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, []);

  if (link.kind === 'no-token' || link.kind === 'refused') return <TokenGate kind={link.kind} />;
  return (
    <CSPProvider disableStyleElements>
      <ToastProvider>
        <div className="shell">
          <a className="skip-link" href="#main" onClick={skipToMain}>
            {t('app.skip')}
          </a>
          <Nav page={page} onHelp={() => setHelp(true)} />
          <div className="shell-main">
            <ScenarioBanner />
            <ConnectionBanner />
            <StoppedStreams />
            <NoticeBanner />
            <main id="main" className="page" tabIndex={-1} data-page={route.page}>
              <ErrorBoundary key={route.page === 'history' ? route.page : hash}>
                <Page route={route} />
              </ErrorBoundary>
            </main>
          </div>
          {help ? <Shortcuts onClose={() => setHelp(false)} /> : null}
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
