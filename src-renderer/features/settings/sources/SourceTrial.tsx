import { useEffect, useRef, useState, type ReactNode } from 'react';
import { isAppError, type AppError } from '@shared/contract/errors';
import type { CommandOutput } from '@shared/contract';
import { CancellationSource } from '@shared/rpc/cancellation';
import { toAppError } from '../../../data/loadable';
import type { ParamsSent } from '../../../forms/params-form';
import { formatMessage } from '../../../i18n/format-message';
import { metricFigure, metricName, useTexts } from '../../../i18n/use-texts';
import { useServices } from '../../../rpc/context';
import { ErrorNote } from '../../../ui/ErrorNote';
import { ProvenanceMark } from '../../../ui/Provenance';
import styles from './sources.module.css';

type Readings = CommandOutput<'collectors.test'>['readings'];
type Found = { readonly readings: Readings } | { readonly error: AppError } | null;

export interface Trial {
  readonly isUnderWay: boolean;
  readonly found: Found;
  readonly run: (read: ParamsSent) => Promise<void>;
  /** Something was changed: what was found is of before. */
  readonly forget: () => void;
}

/** Reads a feed once as it is set in the form; ended with it. @param onRefused shows it elsewhere, if it answers true */
export function useTrial(kind: string, onRefused: (error: AppError) => boolean): Trial {
  const { client } = useServices();
  const [found, setFound] = useState<Found>(null);
  const [isUnderWay, setUnderWay] = useState(false);
  const current = useRef<CancellationSource | null>(null);
  useEffect(() => () => current.current?.cancel(), []);
  const forget = (): void => {
    current.current?.cancel();
    setFound(null);
  };
  const run = async ({ params, secrets }: ParamsSent): Promise<void> => {
    forget();
    const source = new CancellationSource();
    current.current = source;
    setUnderWay(true);
    try {
      const { readings } = await client.call('collectors.test', { kind, settings: params, secrets }, source.token);
      setFound({ readings });
    } catch (error) {
      const failure = toAppError(error);
      if (!isAppError(error, 'cancelled') && !onRefused(failure)) setFound({ error: failure });
    } finally {
      if (current.current === source) setUnderWay(false);
    }
  };
  return { isUnderWay, found, run, forget };
}

/** As many as are looked at: a meter's whole table, and of an exporter a part. */
const SHOWN = 40;

/** What a trial found: what would be recorded, or why nothing. */
export function SourceTrial({ trial: { found } }: { readonly trial: Trial }): ReactNode {
  const texts = useTexts();
  const { t, format } = texts;
  if (found === null) return <div role="status" />;
  if ('error' in found) return <ErrorNote error={found.error} />;
  const { readings } = found;
  // What has a value is what one looks for.
  const inOrder = [...readings].sort((a, b) => Number(a.value === null) - Number(b.value === null));
  const isRaw = readings.some(({ raw }) => raw !== '');
  return (
    <div role="status" className={styles['found']} data-testid="source-found">
      <strong>{t('sources.test.found', { count: readings.length })}</strong>
      <table>
        <tbody>
          {inOrder.slice(0, SHOWN).map((reading) => {
            return (
              <tr key={`${reading.device} ${reading.metric} ${reading.provenance}`}>
                <td>{reading.device}</td>
                <td>{metricName(t, reading)}</td>
                {isRaw ? <td className={styles['raw']}>{reading.raw}</td> : null}
                <td className="num">
                  {reading.provenance === 'unconfirmed' ? <ProvenanceMark provenance={reading.provenance} /> : null}
                  {reading.value === null && reading.why !== null
                    ? formatMessage(t, reading.why)
                    : format.withUnit(metricFigure(texts, reading, reading.value))}
                  {reading.value === null || reading.why === null ? null : (
                    <span className={styles['doubt']}>{formatMessage(t, reading.why)}</span>
                  )}
                  {reading.atMs === null ? null : <span className={styles['doubt']}>{format.dateTime(reading.atMs)}</span>}
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
      {readings.length > SHOWN ? <span>{t('sources.test.more', { count: readings.length - SHOWN })}</span> : null}
    </div>
  );
}
