import { useState, type ReactNode } from 'react';
import { nodeCount } from '../../data/room-map';
import { useTexts } from '../../i18n/use-texts';
import { useServices } from '../../rpc/context';
import { useReadable } from '../../rpc/hooks';
import { ErrorNote } from '../../ui/ErrorNote';
import { Segmented } from '../../ui/Field';
import { Skeleton } from '../../ui/Skeleton';
import { Arrange } from './Arrange';
import { AxisPanel } from './AxisPanel';
import { PowerFlowView } from './PowerFlowView';
import { remembered, roomViews, type RoomView } from './remembered';
import { RoomMap } from './RoomMap';

/** Under the figures: the room as a map, as lines over time, or as a tree to be arranged. A room of several nodes opens as a map. */
export function RoomViews(): ReactNode {
  const { t } = useTexts();
  const tree = useReadable(useServices().tree);
  const [chosen, setChosen] = useState(remembered.view);
  if (tree.state === 'loading') return <Skeleton lines={12} />;
  if (tree.state === 'failed') return <ErrorNote error={tree.error} onRetry={tree.resume} />;
  const view = chosen ?? (nodeCount(tree.value.places) > 1 ? 'map' : 'axis');
  const choose = (next: RoomView): void => {
    remembered.view = next;
    setChosen(next);
  };
  const tabs = (
    <Segmented<RoomView>
      label={t('map.views')}
      value={view}
      options={roomViews.map((value) => ({ value, label: t(`map.view.${value}`) }))}
      onChange={choose}
    />
  );
  switch (view) {
    case 'map':
      return <RoomMap tree={tree.value} lead={tabs} />;
    case 'axis':
      return <AxisPanel lead={tabs} />;
    case 'flow':
      return <PowerFlowView lead={tabs} />;
    case 'arrange':
      return <Arrange tree={tree.value} lead={tabs} />;
  }
}
