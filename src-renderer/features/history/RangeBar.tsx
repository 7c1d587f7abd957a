import { useState, type ReactNode } from 'react';
import type { TimeRange } from '@shared/model/time-range';
import { toAppError } from '../../data/loadable';
import { useTexts } from '../../i18n/use-texts';
import { useServices } from '../../rpc/context';
import { Segmented } from '../../ui/Field';
import { useToast } from '../../ui/Toasts';
import { fromLocalInput, presets, presetSpan, toLocalInput, type Preset } from './ranges';

interface RangeBarProps {
  readonly span: TimeRange;
  readonly preset: string | null;
  readonly onSpan: (span: TimeRange, preset: string | null) => void;
}

/** Presets that end now, and two fields for any other span. */
export function RangeBar({ span, preset, onSpan }: RangeBarProps): ReactNode {
  const { client, telemetry } = useServices();
  const { t } = useTexts();
  const toast = useToast();

  const choose = (chosen: Preset): void => {
    const nowMs = telemetry.nowMs ?? Date.now();
    if (chosen !== 'all') {
      onSpan(presetSpan(chosen, nowMs), chosen);
      return;
    }
    client.call('history.extent', {}).then(
      ({ fromMs, toMs }) => onSpan(fromMs === null || toMs === null || toMs <= fromMs ? presetSpan('1h', nowMs) : { fromMs, toMs }, 'all'),
      (failure: unknown) => toast(t(`error.${toAppError(failure).code}`), 'bad'),
    );
  };

  return (
    <>
      <Segmented<Preset>
        label={t('history.range.label')}
        value={presets.find((entry) => entry === preset) ?? null}
        options={presets.map((value) => ({ value, label: t(`history.range.${value}`) }))}
        onChange={choose}
      />
      <SpanFields key={`${span.fromMs}/${span.toMs}`} span={span} onSpan={onSpan} />
    </>
  );
}

function SpanFields({ span, onSpan }: { readonly span: TimeRange; readonly onSpan: RangeBarProps['onSpan'] }): ReactNode {
  const { t } = useTexts();
  const [from, setFrom] = useState(toLocalInput(span.fromMs));
  const [to, setTo] = useState(toLocalInput(span.toMs));
  const fromMs = fromLocalInput(from);
  const toMs = fromLocalInput(to);
  const wrong = fromMs === null || toMs === null || toMs <= fromMs;

  const commit = (): void => {
    if (wrong || (from === toLocalInput(span.fromMs) && to === toLocalInput(span.toMs))) return;
    onSpan({ fromMs, toMs }, null);
  };
  const onKey = (event: { key: string }): void => {
    if (event.key === 'Enter') commit();
  };

  return (
    <span className="span-fields" data-invalid={wrong || undefined}>
      <input
        type="datetime-local"
        step={1}
        value={from}
        aria-label={t('history.range.from')}
        aria-invalid={wrong}
        onChange={(event) => setFrom(event.target.value)}
        onBlur={commit}
        onKeyDown={onKey}
      />
      <span aria-hidden className="span-dash" />
      <input
        type="datetime-local"
        step={1}
        value={to}
        aria-label={t('history.range.to')}
        aria-invalid={wrong}
        onChange={(event) => setTo(event.target.value)}
        onBlur={commit}
        onKeyDown={onKey}
      />
      {wrong ? (
        <span className="field-error" role="alert">
          {t('history.range.wrong')}
        </span>
      ) : null}
    </span>
  );
}
