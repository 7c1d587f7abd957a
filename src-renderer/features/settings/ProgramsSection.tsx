import type { ReactNode } from 'react';
import type { ProgramsAllowed } from '@shared/contract/programs';
import { toAppError, valueOf } from '../../data/loadable';
import { errorText } from '../../i18n/error-text';
import { useTexts } from '../../i18n/use-texts';
import { useServices } from '../../rpc/context';
import { useStream } from '../../rpc/hooks';
import { Button } from '../../ui/Button';
import { useToast } from '../../ui/Toasts';

const NOTHING = {};
const whole = (_: ProgramsAllowed | null, frame: ProgramsAllowed): ProgramsAllowed => frame;

/** The word that pages may start programs, given on the machine itself; a page can only take it back. */
export function ProgramsSection(): ReactNode {
  const { client } = useServices();
  const { t, format } = useTexts();
  const toast = useToast();
  const allowed = valueOf(useStream('programs.allowed', NOTHING, whole));
  if (allowed === null) return null;
  const { consent, canAsk } = allowed;
  return (
    <section className="setting-section" aria-label={t('settings.programs.title')}>
      <h2>{t('settings.programs.title')}</h2>
      <p className="section-note">{t('settings.programs.note')}</p>
      <p data-testid="programs-consent">
        {consent === null
          ? `${t('settings.programs.none')} ${t(canAsk ? 'program.consent.asked' : 'program.consent.needed')}`
          : t('settings.programs.allowed', { at: format.dateTime(consent.atMs) })}
      </p>
      {consent === null ? null : (
        <Button
          data-testid="programs-withdraw"
          onClick={() => {
            client.call('programs.withdraw', {}).catch((failure: unknown) => toast(({ t }) => errorText(t, toAppError(failure)), 'bad'));
          }}
        >
          {t('settings.programs.withdraw')}
        </Button>
      )}
    </section>
  );
}
