import { useMemo, useState, type ReactNode } from 'react';
import { useTexts } from '../../i18n/use-texts';
import { PaneChart, type PaneChartProps } from './PaneChart';
import { timeAxis } from './x-axis';

/** Stacked panes over time, which is named and walked alike wherever it is drawn; beside it stands whose clock it is. */
export function TimeChart(props: Omit<PaneChartProps, 'axis'>): ReactNode {
  const { format } = useTexts();
  const axis = useMemo(() => timeAxis(format), [format]);
  const [openedMs] = useState(Date.now);
  return <PaneChart axisName={format.zoneText(openedMs)} {...props} axis={axis} />;
}
