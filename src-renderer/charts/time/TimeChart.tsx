import { useMemo, type ReactNode } from 'react';
import { useTexts } from '../../i18n/use-texts';
import { PaneChart, type PaneChartProps } from './PaneChart';
import { timeAxis } from './x-axis';

/** Stacked panes over time, which is named and walked alike wherever it is drawn. */
export function TimeChart(props: Omit<PaneChartProps, 'axis'>): ReactNode {
  const { format } = useTexts();
  const axis = useMemo(() => timeAxis(format), [format]);
  return <PaneChart {...props} axis={axis} />;
}
