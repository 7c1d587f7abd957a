import type { ReactNode } from 'react';
import { useTexts } from '../../i18n/use-texts';
import { AxisPanel } from './AxisPanel';
import { RoomTiles } from './RoomTiles';
import './room.css';

/** Home: the live figures, and under them what they did and what was learned, on one time axis. */
export function RoomPage(): ReactNode {
  const { t } = useTexts();
  return (
    <div className="room">
      <h1 className="visually-hidden">{t('nav.room')}</h1>
      <RoomTiles />
      <AxisPanel />
    </div>
  );
}
