import { useCallback, useMemo, useState, type ReactNode } from 'react';
import {
  SELFTEST_SECONDS,
  wasUsed,
  type SelftestGpu,
  type SelftestPhase,
  type SelftestResult,
  type SelftestState,
} from '@shared/model/selftest';
import { message } from '@shared/text/message';
import { toAppError } from '../../data/loadable';
import { saveFile } from '../../data/save-file';
import { errorText } from '../../i18n/error-text';
import { formatMessage } from '../../i18n/format-message';
import { useTexts, type Texts } from '../../i18n/use-texts';
import { useServices } from '../../rpc/context';
import { useStream } from '../../rpc/hooks';
import { Button } from '../../ui/Button';
import { Progress } from '../../ui/Progress';
import { Select } from '../../ui/Select';
import { DataTable } from '../../ui/table/DataTable';
import type { DataColumn } from '../../ui/table/columns';
import { useToast } from '../../ui/Toasts';

const NO_PARAMS = {};
const newest = (_: SelftestState | null, frame: SelftestState): SelftestState => frame;
/** Seconds of a phase that can be chosen. */
const LENGTHS = [3, 10, SELFTEST_SECONDS.usual, 300] as const;

/** How far the meters of the GPUs are to be trusted: started here, its progress, what the newest found. */
export function Selftest(): ReactNode {
  const { t, format } = useTexts();
  const { client } = useServices();
  const toast = useToast();
  const live = useStream('selftest.live', NO_PARAMS, newest);
  const [seconds, setSeconds] = useState(String(SELFTEST_SECONDS.usual));
  const [withLoad, setWithLoad] = useState(true);
  if (live.state !== 'ready') return null;
  const { running, result, why } = live.value;
  const failed = (failure: unknown): void => toast(({ t }) => errorText(t, toAppError(failure)), 'bad');
  return (
    <section className="backups" aria-label={t('doctor.selftest.title')} data-testid="selftest">
      <div className="backups-head">
        <h2>{t('doctor.selftest.title')}</h2>
        {running === null ? (
          <Button
            onClick={() => void client.call('selftest.start', { seconds: Number(seconds), withLoad }).catch(failed)}
            data-testid="selftest-start"
          >
            {t('doctor.selftest.start')}
          </Button>
        ) : (
          <Button onClick={() => void client.call('selftest.stop', {}).catch(failed)} data-testid="selftest-stop">
            {t('doctor.selftest.stop')}
          </Button>
        )}
      </div>
      <p className="backups-note">{t('doctor.selftest.what')}</p>
      {running === null ? (
        <div className="backups-line selftest-choices">
          <span>{t('doctor.selftest.seconds')}</span>
          <Select
            label={t('doctor.selftest.seconds')}
            value={seconds}
            options={LENGTHS.map((length) => ({ value: String(length), label: format.number(length, 0) }))}
            onChange={setSeconds}
            testId="selftest-seconds"
          />
          <label>
            <input type="checkbox" checked={withLoad} onChange={(event) => setWithLoad(event.target.checked)} data-testid="selftest-load" />{' '}
            {t('doctor.selftest.load')}
          </label>
          <span className="backups-note">{withLoad ? t('doctor.selftest.load.hint') : ''}</span>
        </div>
      ) : (
        <div className="backups-line" role="status">
          <span>
            {running.phase === null
              ? t('doctor.selftest.begins')
              : t(running.phase === 'idle' ? 'doctor.selftest.idle' : 'doctor.selftest.loading', {
                  count: running.gpus,
                  left: format.duration(running.remainingMs),
                })}
          </span>
          <Progress label={t('doctor.selftest.title')} share={running.phase === null ? null : running.share} />
        </div>
      )}
      {why === null ? null : (
        <p className="backups-line" role="status" data-testid="selftest-why">
          {formatMessage(t, why)}
        </p>
      )}
      {result === null ? null : <Result result={result} />}
    </section>
  );
}

interface Row extends SelftestPhase {
  readonly gpu: SelftestGpu;
}
const idOf = ({ gpu, phase }: Row): string => `${gpu.index} ${phase}`;

function Result({ result }: { readonly result: SelftestResult }): ReactNode {
  const texts = useTexts();
  const { t, format } = texts;
  const columns = useMemo(() => columnsOf(texts), [texts]);
  const rows = useMemo(() => result.gpus.flatMap((gpu) => gpu.phases.map((phase): Row => ({ ...phase, gpu }))), [result]);
  const save = useCallback(
    () => saveFile(new Blob([`${JSON.stringify(result, null, 2)}\n`], { type: 'application/json' }), 'coldaisle-selftest-gpu.json'),
    [result],
  );
  return (
    <>
      <div className="backups-line">
        <span>{t('doctor.selftest.result', { at: format.dateTime(result.atMs), driver: result.driver ?? '—' })}</span>
        <Button tone="quiet" icon="download" onClick={save} data-testid="selftest-save">
          {t('doctor.selftest.save')}
        </Button>
      </div>
      {result.gpus.map(({ index, name, load, phases, verdict }) => (
        <p key={index} className="backups-line" data-testid="selftest-verdict" data-verdict={verdict}>
          <strong>{t('doctor.selftest.gpu', { index, name })}</strong> {formatMessage(t, message(`message.selftest.verdict.${verdict}`))}
          {wasUsed(phases) ? <span className="backups-note">{t('doctor.selftest.used')}</span> : null}
          {load !== null && !load.ran ? (
            <span className="backups-note">{t('doctor.selftest.noLoad', { why: load.why ?? '—' })}</span>
          ) : null}
        </p>
      ))}
      <DataTable
        id="selftest"
        label={t('doctor.selftest.title')}
        columns={columns}
        rows={rows}
        rowId={idOf}
        isDense
        testId="selftest-table"
      />
    </>
  );
}

function columnsOf({ t, format }: Texts): DataColumn<Row>[] {
  const number = (
    id: string,
    name: string,
    unit: string,
    digits: number,
    value: (row: Row) => number | null,
    hint?: string,
  ): DataColumn<Row> => ({
    ...{ id, name, unit, isNumber: true, value },
    ...(hint === undefined ? {} : { hint }),
    text: (row) => format.number(value(row), digits),
  });
  /** An interval as fine as the polling can tell is the polling's. */
  const interval = (id: string, name: string, ms: (row: Row) => number | null, hint?: string): DataColumn<Row> => ({
    ...number(id, name, 'ms', 0, ms, hint),
    text: (row) => {
      const value = ms(row);
      return value !== null && value < row.pollMs * 2 ? `≤ ${format.number(Math.ceil(value), 0)}` : format.number(value, 0);
    },
  });
  const share = (value: number | null): number | null => (value === null ? null : value * 100);
  return [
    { id: 'gpu', name: t('doctor.selftest.column.gpu'), role: 'head', value: ({ gpu }) => gpu.index },
    { id: 'phase', name: t('doctor.selftest.column.phase'), value: ({ phase }) => t(`doctor.selftest.phase.${phase}`) },
    // What a column of the doctor has no room for is chosen: all of a phase are alike in it, or it costs next to nothing.
    { ...number('time', t('doctor.selftest.column.time'), 's', 1, ({ seconds }) => seconds), isHidden: true },
    number('load', t('doctor.selftest.column.load'), '%', 0, ({ loadPercent }) => loadPercent),
    number('power', t('doctor.selftest.column.power'), 'W', 1, ({ powerW }) => powerW),
    number(
      'integrated',
      t('doctor.selftest.column.integrated'),
      'J',
      1,
      (row) => row.integratedJ,
      t('doctor.selftest.column.integrated.hint'),
    ),
    number('counter', t('doctor.selftest.column.counter'), 'J', 1, (row) => row.counterJ, t('doctor.selftest.column.counter.hint')),
    number('apart', t('doctor.selftest.column.apart'), '%', 2, ({ deviation }) => share(deviation), t('doctor.selftest.column.apart.hint')),
    interval(
      'powerInterval',
      t('doctor.selftest.column.powerInterval'),
      (row) => row.powerIntervalMs,
      t('doctor.selftest.column.powerInterval.hint'),
    ),
    interval('counterInterval', t('doctor.selftest.column.counterInterval'), (row) => row.counterIntervalMs),
    number('read', t('doctor.selftest.column.read'), 'ms', 2, ({ readMs }) => readMs),
    {
      ...number('cpu', t('doctor.selftest.column.cpu'), '%', 2, ({ cpuShare }) => share(cpuShare), t('doctor.selftest.column.cpu.hint')),
      isHidden: true,
    },
  ];
}
