import type { ReactNode } from 'react';
import type { DeviceTree, TreeDevice } from '@shared/model/device-tree';
import type { MapMetric } from '../../data/map-metric';
import { MIN_SIBLINGS, siblingScopes, type SiblingScope } from '../../data/siblings';
import { useTexts } from '../../i18n/use-texts';
import { Button } from '../../ui/Button';
import { Segmented } from '../../ui/Field';
import { Select } from '../../ui/Select';
import type { PickingState } from './picking';
import { colourings, tileOrders, type Colouring, type TileOrder } from './remembered';
import { tileName } from './use-map-tiles';

export interface MapChoice {
  readonly colouring: Colouring;
  readonly scope: SiblingScope;
  readonly order: TileOrder;
}

interface MapControlsProps {
  readonly tree: DeviceTree;
  readonly devices: readonly TreeDevice[];
  readonly metric: MapMetric;
  readonly choice: MapChoice;
  readonly onChoice: (choice: MapChoice) => void;
  readonly picking: PickingState;
}

/** What the colours tell, what is compared with what, the order of the tiles, and which are put side by side. */
export function MapControls({ tree, devices, metric, choice, onChoice, picking }: MapControlsProps): ReactNode {
  const { t } = useTexts();
  const canDeviate = devices.length >= MIN_SIBLINGS && metric !== 'throttle';
  const deviates = canDeviate && choice.colouring === 'deviation';
  return (
    <div className="toolbar map-controls">
      {canDeviate ? (
        <Segmented<Colouring>
          label={t('map.colouring')}
          value={choice.colouring}
          options={colourings.map((value) => ({ value, label: t(`map.colouring.${value}`) }))}
          onChange={(colouring) => onChoice({ ...choice, colouring })}
        />
      ) : null}
      {deviates ? (
        <>
          <Segmented<TileOrder>
            label={t('map.order')}
            value={choice.order}
            options={tileOrders.map((value) => ({ value, label: t(`map.order.${value}`) }))}
            onChange={(order) => onChoice({ ...choice, order })}
          />
          <span className="map-scope">
            <span aria-hidden>{t('map.scope')}</span>
            <Select<SiblingScope>
              label={t('map.scope')}
              value={choice.scope}
              options={siblingScopes.map((value) => ({ value, label: t(`map.scope.${value}`) }))}
              onChange={(scope) => onChoice({ ...choice, scope })}
              testId="map-scope"
            />
          </span>
        </>
      ) : null}
      <span className="toolbar-end">
        <span className="toolbar-hint" role="status">
          {picking.isOn ? pickedText() : ''}
        </span>
        <Button aria-pressed={picking.isOn} onClick={() => picking.turn(!picking.isOn)} data-testid="map-compare">
          {t(picking.isOn ? 'map.compare.cancel' : 'map.compare')}
        </Button>
      </span>
    </div>
  );

  function pickedText(): string {
    const first = devices.find(({ device }) => device === picking.picked[0]);
    return first ? t('map.compare.second', { name: tileName(tree, first) }) : t('map.compare.first');
  }
}
