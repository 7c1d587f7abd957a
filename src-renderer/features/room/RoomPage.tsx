import type { ReactNode } from 'react';
import { useTexts } from '../../i18n/use-texts';
import { RoomTiles } from './RoomTiles';
import { RoomViews } from './RoomViews';
import { Troubles } from './Troubles';
import './room.css';

/** Home: what is wrong, the live figures, and under them the room as a map, or what it did and learned on one time axis. */
export function RoomPage(): ReactNode {
  const { t } = useTexts();
  return (
    <div className="room">
      <h1 className="visually-hidden">{t('nav.room')}</h1>
      <div>
        <Troubles />
        <RoomTiles />
      </div>
      <RoomViews />
    </div>
  );
}
