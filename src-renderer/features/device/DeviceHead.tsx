import type { ReactNode } from 'react';
import { ownId, pathOf, type DeviceTree } from '@shared/model/device-tree';
import type { DeviceRecord } from '@shared/model/device-record';
import { usePageTitle } from '../../app/page-title';
import { toDevice, toPage } from '../../app/paths';
import { useTexts } from '../../i18n/use-texts';
import { Icon } from '../../ui/Icon';
import { Presence } from './Presence';

interface DeviceHeadProps {
  readonly tree: DeviceTree;
  readonly device: string;
  readonly label: string;
  readonly node: string | null;
  /** Of hardware that is known by its identity. */
  readonly record: DeviceRecord | null;
  /** The address one level up. */
  readonly up: string;
}

/** Where in the room the device is, each level a way there, and what it is. */
export function DeviceHead({ tree, device, label, node, record, up }: DeviceHeadProps): ReactNode {
  const { t } = useTexts();
  const path = pathOf(tree.places, device);
  const name = node === null ? ownId(device) : (path.at(-1)?.name ?? device);
  usePageTitle([name, ...(node === null ? path.slice(-1).map((place) => place.name) : [])].join(' · '));
  const above = node === null ? path : path.slice(0, -1);
  return (
    <header className="device-head">
      <a className="button button-icon" href={up} aria-label={t('device.up')} title={t('device.up')}>
        <Icon name="back" />
      </a>
      <nav aria-label={t('device.path')}>
        <ol className="device-path">
          {above.map((place) => (
            <li key={place.id}>
              <a href={place.kind === 'node' ? toDevice(place.id) : toPage('room')}>{place.name}</a>
            </li>
          ))}
        </ol>
      </nav>
      <h1>{name}</h1>
      {label === '' || label === name ? null : <span className="page-note">{label}</span>}
      {record ? <Presence record={record} /> : null}
    </header>
  );
}
