import { useCallback, useRef, useState, type ReactNode } from 'react';
import { readWeatherFile } from '@shared/climate/weather-file';
import type { WeatherFile } from '@shared/climate/weather-hours';
import type { CoolingNow } from '@shared/model/cooling';
import { messageOf, type Message } from '@shared/text/message';
import type { KeptWeather } from '@shared/model/weather';
import { formatMessage } from '../../i18n/format-message';
import { useTexts } from '../../i18n/use-texts';
import { useServices } from '../../rpc/context';
import { useCommand } from '../../rpc/hooks';
import { Button } from '../../ui/Button';
import { ConfirmDialog } from '../../ui/ConfirmDialog';
import { EmptyState } from '../../ui/EmptyState';
import { Skeleton } from '../../ui/Skeleton';
import { Trouble } from '../../ui/StreamNote';
import { OutdoorNow } from './OutdoorNow';
import { WeatherYearView } from './WeatherYearView';
import styles from './cooling.module.css';

const NOTHING = {};
/** A year of records a minute is no larger. */
const MAX_BYTES = 64 * 2 ** 20;

/** The air outdoors: as it is now, and over the year at the room's place. */
export function WeatherView({ now }: { readonly now: CoolingNow }): ReactNode {
  const { t } = useTexts();
  const { answer, reload } = useCommand('weather.get', NOTHING);
  return (
    <div className={styles['view']}>
      <div className={styles['split']}>
        <OutdoorNow now={now} />
        <section aria-label={t('cooling.year')} data-testid="weather-year">
          <Trouble of={answer} />
          {answer.state === 'loading' ? <Skeleton lines={6} /> : null}
          {answer.state === 'ready' ? <YearOfWeather weather={answer.value.weather} onChange={reload} /> : null}
        </section>
      </div>
    </div>
  );
}

interface YearProps {
  readonly weather: KeptWeather['weather'];
  readonly onChange: () => void;
}

/** The year that was taken in, and how another one is. */
function YearOfWeather({ weather, onChange }: YearProps): ReactNode {
  const { t } = useTexts();
  const { client } = useServices();
  const field = useRef<HTMLInputElement>(null);
  const [taken, setTaken] = useState<Pick<WeatherFile, 'problems' | 'moreProblems' | 'leftOut'> | null>(null);
  const [refused, setRefused] = useState<Message | null>(null);
  const [isBusy, setIsBusy] = useState(false);
  const [isRemoving, setIsRemoving] = useState(false);
  const take = useCallback(
    async (file: File): Promise<void> => {
      setRefused(null);
      setTaken(null);
      if (file.size > MAX_BYTES) {
        setRefused(t('cooling.year.tooLarge', { name: file.name }));
        return;
      }
      const read = readWeatherFile(await file.text(), file.name);
      await client.call('weather.keep', { year: read.year, file: file.name });
      setTaken(read);
      onChange();
    },
    [client, onChange, t],
  );
  const choose = (file: File | undefined): void => {
    if (file === undefined) return;
    setIsBusy(true);
    take(file)
      .catch((error: unknown) => setRefused(messageOf(error)))
      .finally(() => setIsBusy(false));
  };
  const button = (
    <Button icon="upload" tone={weather === null ? 'primary' : 'plain'} disabled={isBusy} onClick={() => field.current?.click()}>
      {t(weather === null ? 'cooling.year.take' : 'cooling.year.takeOther')}
    </Button>
  );
  return (
    <>
      <input
        ref={field}
        type="file"
        hidden
        accept=".epw,.csv,.tsv,.txt"
        aria-label={t('cooling.year.take')}
        data-testid="weather-file"
        onChange={(event) => {
          choose(event.target.files?.[0]);
          // So that the same file can be chosen again.
          event.target.value = '';
        }}
      />
      <div className="toolbar">
        <h2>{t('cooling.year')}</h2>
        {weather === null ? null : (
          <span className="toolbar-end">
            {button}
            <Button tone="quiet" icon="trash" onClick={() => setIsRemoving(true)} data-testid="weather-remove">
              {t('cooling.year.remove')}
            </Button>
          </span>
        )}
      </div>
      {refused === null ? null : (
        <p className="error-note" role="alert" data-testid="weather-refused">
          {formatMessage(t, refused)}
        </p>
      )}
      {taken === null ? null : <Problems taken={taken} />}
      {weather === null ? (
        <EmptyState icon="cooling" title={t('cooling.year.none')} action={button}>
          {t('cooling.year.none.text')}
        </EmptyState>
      ) : (
        <WeatherYearView weather={weather} />
      )}
      {isRemoving ? (
        <ConfirmDialog
          title={t('cooling.year.remove.title')}
          confirm={t('cooling.year.remove')}
          testId="weather-remove-confirm"
          onConfirm={() => client.call('weather.remove', {})}
          onDone={() => {
            setIsRemoving(false);
            setTaken(null);
            onChange();
          }}
          onClose={() => setIsRemoving(false)}
        >
          <p>{t('cooling.year.remove.text')}</p>
        </ConfirmDialog>
      ) : null}
    </>
  );
}

const SHOWN = 8;

/** What of a file was not taken, by line. */
function Problems({ taken }: { readonly taken: Pick<WeatherFile, 'problems' | 'moreProblems' | 'leftOut'> }): ReactNode {
  const { t } = useTexts();
  const { problems, moreProblems, leftOut } = taken;
  const more = problems.length - Math.min(SHOWN, problems.length) + moreProblems;
  return (
    <div role="status" data-testid="weather-problems">
      {leftOut === 0 ? null : <p className="page-note">{t('cooling.year.leftOut', { count: leftOut })}</p>}
      {problems.length === 0 ? null : (
        <ul className={styles['problems']}>
          {problems.slice(0, SHOWN).map(({ line, problem }) => (
            <li key={line}>{t('cooling.year.problem', { line, problem: formatMessage(t, problem) })}</li>
          ))}
          {more === 0 ? null : <li>{t('cooling.year.moreProblems', { count: more })}</li>}
        </ul>
      )}
    </div>
  );
}
