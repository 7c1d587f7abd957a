import { useCallback, useMemo, type ReactNode } from 'react';
import { useTexts } from '../../i18n/use-texts';
import { axisLabels } from './labels';
import { PaneChart, type PaneChartProps } from './PaneChart';

/** Stacked panes over time, which is named and walked alike wherever it is drawn. */
export function TimeChart(props: Omit<PaneChartProps, 'help' | 'xKind' | 'xLabels' | 'formatCursor'>): ReactNode {
  const { t, format } = useTexts();
  const labels = useMemo(() => axisLabels(format), [format]);
  const formatCursor = useCallback((at: number) => format.dateTime(at), [format]);
  return <PaneChart {...props} help={t('ui.chartHelp')} xKind="time" xLabels={labels} formatCursor={formatCursor} />;
}
