import { useMemo, useState, type ReactNode } from 'react';
import { toKept, toShown } from '@shared/model/display-unit';
import { CoolingChange, usualChange, type CoolingWhatIf, type CoolingWhatIfs } from '@shared/model/cooling-what-if';
import { formatMessage } from '../../i18n/format-message';
import { useTexts, type Texts } from '../../i18n/use-texts';
import { useCommand } from '../../rpc/hooks';
import { Field, NumberInput, useNumberDraft } from '../../ui/Field';
import { Skeleton } from '../../ui/Skeleton';
import { Trouble } from '../../ui/StreamNote';
import { DataTable } from '../../ui/table/DataTable';
import type { DataColumn } from '../../ui/table/columns';
import styles from './cooling.module.css';

const rowId = ({ id }: CoolingWhatIf): string => id;

/** What a change of the cooling would save in a year, with what that rests on and what stands in its way. */
export function WhatIfs(): ReactNode {
  const { t } = useTexts();
  const [change, setChange] = useState<CoolingChange>(usualChange);
  const { answer } = useCommand('cooling.whatIf', change);
  const set = (part: Partial<CoolingChange>): void => setChange((before) => ({ ...before, ...part }));
  return (
    <section aria-label={t('cooling.whatIf')} data-testid="what-ifs">
      <div className="toolbar">
        <h2>{t('cooling.whatIf')}</h2>
        <span className="toolbar-hint">{t('cooling.whatIf.note')}</span>
      </div>
      <div className={styles['hand']}>
        <Part id="supplyK" kind="difference" unit="K" value={change.supplyK} onValue={(supplyK) => set({ supplyK: supplyK ?? 0 })} />
        <Part id="fanSpeed" unit="%" factor={100} value={change.fanSpeed} onValue={(fanSpeed) => set({ fanSpeed: fanSpeed ?? 1 })} />
        <Part id="economiserK" kind="difference" unit="K" value={change.economiserK} onValue={(economiserK) => set({ economiserK })} />
        <Part
          id="liquidShare"
          unit="%"
          factor={100}
          value={change.liquidShare}
          onValue={(liquidShare) => set({ liquidShare: liquidShare ?? 0 })}
        />
        <Part
          id="liquidSupplyC"
          unit="°C"
          value={change.liquidSupplyC}
          onValue={(liquidSupplyC) => set({ liquidSupplyC: liquidSupplyC ?? usualChange.liquidSupplyC })}
        />
      </div>
      <Trouble of={answer} />
      {answer.state === 'loading' ? <Skeleton lines={6} /> : null}
      {answer.state === 'ready' ? <Outcome told={answer.value} /> : null}
    </section>
  );
}

interface PartProps {
  readonly id: keyof CoolingChange;
  readonly unit: string;
  readonly kind?: 'value' | 'difference';
  /** What is shown is so many times what is kept. */
  readonly factor?: number;
  readonly value: number | null;
  readonly onValue: (value: number | null) => void;
}

function Part({ id, unit, kind = 'value', factor = 1, value, onValue }: PartProps): ReactNode {
  const { t, format } = useTexts();
  const shown = format.shownUnit(unit, kind);
  const draft = useNumberDraft(value === null ? null : toShown(value, shown) * factor);
  const kept = typeof draft.value === 'number' ? toKept(draft.value / factor, shown) : null;
  const isRight = draft.value === null || (draft.value !== undefined && CoolingChange.shape[id].safeParse(kept).success);
  const commit = (): void => {
    if (!draft.changed || !isRight) return;
    onValue(kept);
    draft.reset();
  };
  return (
    <Field label={t(`cooling.whatIf.${id}`)} error={isRight ? null : t(`cooling.whatIf.${id}.wrong`)}>
      {({ id: field, describedBy, invalid }) => (
        <NumberInput
          id={field}
          describedBy={describedBy}
          invalid={invalid}
          unit={shown.unit}
          text={draft.text}
          placeholder={id === 'economiserK' ? t('cooling.whatIf.none') : ''}
          onText={draft.setText}
          onCommit={commit}
          testId={`what-if-${id}`}
        />
      )}
    </Field>
  );
}

function Outcome({ told }: { readonly told: CoolingWhatIfs }): ReactNode {
  const texts = useTexts();
  const { t, format } = texts;
  const columns = useMemo(() => whatIfColumns(texts, told.currency), [texts, told.currency]);
  const { economiserHours, fittedOver } = told;
  const energy = (kwh: number | null): string => format.withUnit(format.quantity(kwh === null ? null : kwh * 3.6e6, 'J', 1));
  return (
    <>
      <DataTable id="cooling-what-ifs" label={t('cooling.whatIf')} columns={columns} rows={told.rows} rowId={rowId} tools="none" />
      <ul className={styles['limits']} data-testid="what-if-limits">
        {told.rows.flatMap(({ id, limits }) =>
          limits.map((limit) => (
            <li key={`${id} ${limit.id}`}>
              {t(`cooling.whatIf.row.${id}`)}: {formatMessage(t, limit)}
            </li>
          )),
        )}
      </ul>
      <p className="page-note" data-testid="what-if-basis">
        {t('cooling.whatIf.rests', {
          it: format.withUnit(format.quantity(told.itW.value, 'W', 1)),
          cooling: energy(told.coolingKwh.value),
          model:
            fittedOver === null
              ? t('cooling.whatIf.assumed')
              : t('cooling.whatIf.fitted', { range: format.range(fittedOver.fromMs, fittedOver.toMs) }),
          weather: t(`cooling.whatIf.weather.${told.weather}`, { name: told.weatherName }),
        })}{' '}
        {economiserHours === null
          ? null
          : t('cooling.whatIf.economiserHours', {
              full: format.number(economiserHours.full, 0),
              partial: format.number(economiserHours.partial, 0),
            })}
      </p>
    </>
  );
}

function whatIfColumns({ t, format }: Texts, currency: string): DataColumn<CoolingWhatIf>[] {
  const energy = (kwh: number | null): string => format.withUnit(format.quantity(kwh === null ? null : kwh * 3.6e6, 'J', 1));
  return [
    { id: 'change', name: t('cooling.whatIf.change'), role: 'head', canSort: false, value: ({ id }) => t(`cooling.whatIf.row.${id}`) },
    {
      id: 'saved',
      name: t('cooling.whatIf.saved'),
      valueUnit: 'kWh',
      isNumber: true,
      canSort: false,
      value: ({ savedKwh }) => savedKwh.value,
      text: ({ savedKwh, uncertaintyKwh }) =>
        uncertaintyKwh === null
          ? energy(savedKwh.value)
          : t('cooling.whatIf.plusMinus', { value: energy(savedKwh.value), uncertainty: energy(uncertaintyKwh) }),
    },
    {
      id: 'share',
      name: t('cooling.whatIf.share'),
      unit: '%',
      isNumber: true,
      canSort: false,
      value: ({ savedShare }) => (savedShare === null ? null : savedShare * 100),
      text: ({ savedShare }) => format.number(savedShare === null ? null : savedShare * 100, 0),
    },
    {
      id: 'money',
      name: t('cooling.whatIf.money'),
      unit: currency,
      isNumber: true,
      canSort: false,
      value: ({ savedMoney }) => savedMoney,
      text: ({ savedMoney }) => format.money(savedMoney, currency),
    },
    {
      id: 'carbon',
      name: t('cooling.whatIf.carbon'),
      valueUnit: 'kg',
      isNumber: true,
      canSort: false,
      value: ({ savedKg }) => savedKg,
      text: ({ savedKg }) => format.withUnit(format.quantity(savedKg, 'kg', 0)),
    },
  ];
}
