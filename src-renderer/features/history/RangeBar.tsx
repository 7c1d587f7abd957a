import { useState, type ReactNode } from 'react';
import { agoMs } from '@shared/base/ago';
import type { TimeRange } from '@shared/model/time-range';
import { toAppError } from '../../data/loadable';
import { momentText, parseMoment } from '../../i18n/moments';
import { useTexts } from '../../i18n/use-texts';
import { useServices } from '../../rpc/context';
import { Segmented } from '../../ui/Field';
import { MomentField } from '../../ui/MomentField';
import { useToast } from '../../ui/Toasts';
import { FOLLOWING, isFollowing, presetOf, presets, presetSpan, type Preset } from './ranges';

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
      (failure: unknown) => toast(({ t }) => t(`error.${toAppError(failure).code}`), 'bad'),
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
      <SpanFields span={span} preset={preset} onSpan={onSpan} />
    </>
  );
}

type Edge = 'from' | 'to';

/** In a shorter span milliseconds tell something; in a longer one they only take the room that the seconds need. */
const FINE_MS = 10_000;

const isAgo = (text: string | undefined): boolean => text !== undefined && agoMs(text) !== null;
const nameOf = (spanMs: number): string => presetOf(spanMs) ?? FOLLOWING;

function SpanFields({ span, preset, onSpan }: RangeBarProps): ReactNode {
  const { telemetry } = useServices();
  const { t, format } = useTexts();
  const [openedMs] = useState(() => Date.now());
  /** What is typed and not yet taken over; beside it the shown span goes on changing. */
  const [drafts, setDrafts] = useState<Partial<Record<Edge, string>>>({});
  const nowMs = telemetry.nowMs ?? openedMs;
  const read = (edge: Edge, from: typeof drafts): number | null => {
    const text = from[edge];
    if (text === undefined) return edge === 'from' ? span.fromMs : span.toMs;
    return parseMoment(text, nowMs, format.zone, edge === 'from' ? 'start' : 'end');
  };
  const fault = (from: typeof drafts): 'unread' | 'wrong' | null => {
    const [fromMs, toMs] = [read('from', from), read('to', from)];
    return fromMs === null || toMs === null ? 'unread' : toMs <= fromMs ? 'wrong' : null;
  };
  const commit = (from: typeof drafts): void => {
    if (from.from === undefined && from.to === undefined) return;
    const [fromMs, toMs] = [read('from', from), read('to', from)];
    if (fromMs === null || toMs === null || toMs <= fromMs) return setDrafts(from);
    setDrafts({});
    // What ends at a typed `now` goes on ending there.
    const isNow = from.to === undefined ? isFollowing(preset) && isAgo(from.from) : agoMs(from.to) === 0;
    if (fromMs !== span.fromMs || toMs !== span.toMs || isNow !== isFollowing(preset))
      onSpan({ fromMs, toMs }, isNow ? nameOf(toMs - fromMs) : null);
  };
  const wrong = fault(drafts);
  const shownText = (edge: Edge): string => {
    const atMs = edge === 'from' ? span.fromMs : span.toMs;
    return momentText(span.toMs - span.fromMs < FINE_MS ? atMs : Math.floor(atMs / 1000) * 1000, format.zone);
  };
  const field = (edge: Edge): ReactNode => (
    <MomentField
      label={t(`history.range.${edge}`)}
      text={drafts[edge] ?? shownText(edge)}
      atMs={read(edge, drafts)}
      nowMs={nowMs}
      invalid={wrong === 'wrong' || (wrong !== null && read(edge, drafts) === null)}
      testId={`range-${edge}`}
      onText={(text) => setDrafts({ ...drafts, [edge]: text })}
      onCommit={() => commit(drafts)}
      onDiscard={() => setDrafts({})}
      onDay={(day) => commit({ ...drafts, [edge]: day })}
    />
  );
  return (
    <span className="span-fields">
      {field('from')}
      <span aria-hidden className="span-dash" />
      {field('to')}
      {wrong === null ? null : (
        <span className="field-error" role="alert">
          {t(`history.range.${wrong}`)}
        </span>
      )}
    </span>
  );
}
