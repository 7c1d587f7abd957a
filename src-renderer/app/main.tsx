import './jitless';
import '../styles/fonts.css';
import '../styles/tokens.css';
import '../styles/base.css';
import '../styles/forced-colours.css';
import '../ui/ui.css';
import './app.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { RpcClient } from '@shared/rpc/client';
import { Services } from '../data/services';
import { resolveLanguage, startI18n } from '../i18n';
import { setMeasures } from '../i18n/use-texts';
import { PageContext } from '../rpc/context';
import { openLink } from '../rpc/open-link';
import { App } from './App';
import { ErrorBoundary } from './ErrorBoundary';
import { loadFaces } from './faces';
import { applyTheme, followUi, rememberedUi } from './ui-settings';

async function start(): Promise<void> {
  const ui = rememberedUi(window.localStorage);
  applyTheme(ui.theme, window);
  // The listener for the desktop's port must be there before the preload hears that the page has loaded.
  const client = new RpcClient();
  const link = openLink(client, window);
  const services = new Services(client);
  setMeasures({ zone: ui.timeZone, temperature: ui.temperatureUnit });
  await startI18n(resolveLanguage(ui.language, window.navigator.languages));
  followUi(services.settings, window);
  await loadFaces(document.fonts);
  const root = document.getElementById('root');
  if (!root) throw new Error('index.html has no #root');
  createRoot(root).render(
    <StrictMode>
      <ErrorBoundary>
        <PageContext value={{ services, link }}>
          <App />
        </PageContext>
      </ErrorBoundary>
    </StrictMode>,
  );
}

void start();
