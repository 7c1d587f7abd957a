import { useState, type ReactNode } from 'react';
import { readWeatherFile } from '@shared/climate/weather-file';
import type { WeatherFile } from '@shared/climate/weather-hours';
import type { CoolingNow } from '@shared/model/cooling';
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
import { useWeatherFile } from './use-weather-file';
import { WeatherFileButton } from './WeatherFileButton';
import { WeatherHistoryView } from './WeatherHistoryView';
import { WeatherProblems } from './WeatherProblems';
import { WeatherYearView } from './WeatherYearView';
import styles from './cooling.module.css';

const NOTHING = {};

/** The air outdoors: as it is now, over the year at the room's place, and as it was. */
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
      <WeatherHistoryView />
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
  const [isRemoving, setIsRemoving] = useState(false);
  const { isBusy, taken, refused, choose, forget } = useWeatherFile<WeatherFile>(async (text, file) => {
    const read = readWeatherFile(text, file);
    await client.call('weather.keep', { year: read.year, file });
    onChange();
    return read;
  });
  const button = (
    <WeatherFileButton
      label={t(weather === null ? 'cooling.year.take' : 'cooling.year.takeOther')}
      tone={weather === null ? 'primary' : 'plain'}
      disabled={isBusy}
      testId="weather-file"
      onFile={choose}
    />
  );
  return (
    <>
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
      {taken === null ? null : (
        <WeatherProblems
          {...taken}
          testId="weather-problems"
          note={taken.leftOut === 0 ? null : t('cooling.year.leftOut', { count: taken.leftOut })}
        />
      )}
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
            forget();
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
