import type { ReactNode } from 'react';
import { Activity } from '../features/activity/Activity';
import { useTexts } from '../i18n/use-texts';
import { useLink, useServices } from '../rpc/context';
import { useReadable, useValue } from '../rpc/hooks';
import { Icon } from '../ui/Icon';
import type { Overlay } from './commands/command';
import { commands } from './commands/commands';
import { keyFor, keyText } from './commands/keys';
import { useShortcutSettings } from './commands/use-shortcuts';
import { navPages } from './pages';
import { toPage, type PageId } from './paths';

interface NavProps {
  readonly page: PageId | null;
  readonly onShow: (overlay: Overlay) => void;
}

export function Nav({ page, onShow }: NavProps): ReactNode {
  const { t } = useTexts();
  return (
    <header className="rail">
      <a className="rail-mark" href={toPage('room')} aria-label={t('app.name')} title={t('app.name')}>
        <svg width={28} height={28} viewBox="0 0 28 28" fill="none" aria-hidden>
          <path d="M5 4v20M23 4v20" stroke="currentColor" strokeWidth={2.4} />
          <path className="rail-mark-aisle" d="M9.5 22.5 14 7l4.5 15.5" strokeWidth={2} />
        </svg>
      </a>
      <nav aria-label={t('app.navigation')}>
        <ul>
          {navPages.map(({ id, title, icon, to }) => (
            <li key={id}>
              <a className="rail-link" href={to} aria-current={id === page ? 'page' : undefined} data-testid={`nav-${id}`}>
                <Icon name={icon} size={20} />
                <span>{t(title)}</span>
              </a>
            </li>
          ))}
        </ul>
      </nav>
      <div className="rail-foot">
        <Activity />
        <LinkLight />
        {(['palette', 'shortcuts'] as const).map((overlay) => (
          <OverlayButton key={overlay} overlay={overlay} onShow={onShow} />
        ))}
      </div>
    </header>
  );
}

function OverlayButton({ overlay, onShow }: { readonly overlay: Overlay; readonly onShow: (overlay: Overlay) => void }): ReactNode {
  const { t } = useTexts();
  const shortcuts = useShortcutSettings();
  const command = commands.find(({ id }) => id === overlay);
  if (command === undefined) return null;
  const key = keyFor(command, shortcuts);
  const name = t(command.title);
  return (
    <button
      type="button"
      className="rail-help"
      onClick={() => onShow(overlay)}
      aria-label={name}
      title={key === null ? name : t('command.withKey', { name, key: keyText(key) })}
      data-testid={`open-${overlay}`}
    >
      <Icon name={command.icon} size={18} />
    </button>
  );
}

/** The clock of the newest figures, lit while they come. */
function LinkLight(): ReactNode {
  const { t, format } = useTexts();
  const { room } = useServices();
  const link = useReadable(useLink().state);
  const summary = useValue(room);
  const online = link.kind === 'online';
  return (
    <div className={`link-light${online ? ' link-light-on' : ''}`} data-testid="link-state" data-state={link.kind}>
      <span className="link-label">
        <span className="link-dot" aria-hidden />
        {online ? t('link.live') : t('link.down')}
      </span>
      <time>{summary ? format.time(summary.atMs) : format.number(null, 0)}</time>
      {summary ? <span className="link-zone">{format.zoneText(summary.atMs)}</span> : null}
    </div>
  );
}
