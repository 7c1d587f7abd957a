import { join } from 'node:path';
import { pciAddress, realSerial, type FoundDevice } from '../../../devices/identity';
import type { DeviceRegistry } from '../../../devices/registry';
import { readText } from '../files';
import { pciAddressOf } from './kind';

/**
 * What tells a graphics card of another vendor from all others: amdgpu's unique id (discrete cards since Vega) and serial
 * number (data-centre cards), and the PCI address, which is all that others have. `cardN` is the order in which the drivers
 * came up, another one at each start. None of these files wakes a card that sleeps.
 * @param folder "card1" @param device its folder of the PCI device
 */
export async function drmIdentity(folder: string, device: string, model: string): Promise<FoundDevice> {
  const [uniqueId, serial, vendor, chip, place] = await Promise.all([
    readText(join(device, 'unique_id')),
    readText(join(device, 'serial_number')),
    readText(join(device, 'vendor')),
    readText(join(device, 'device')),
    pciAddressOf(device),
  ]);
  const hex = (text: string | null): string | null => /^0x([0-9a-f]{4})$/i.exec(text ?? '')?.[1]?.toLowerCase() ?? null;
  const [vendorId, chipId] = [hex(vendor), hex(chip)];
  return {
    uuid: realSerial(uniqueId),
    serial: realSerial(serial),
    bus: pciAddress(place),
    pciId: vendorId === null || chipId === null ? null : `${vendorId}:${chipId}`,
    model,
    preferred: `gpu/${folder}`,
  };
}

/** The cards with the labels they have for good; the registry is told which are there. One that cannot be told from others is left out. */
export function namedCards<C extends { readonly found: FoundDevice }>(
  devices: DeviceRegistry,
  cards: readonly C[],
): (C & { readonly device: string })[] {
  const labels = devices.resolve(
    'drm',
    cards.map(({ found }) => found),
  );
  const named = cards.flatMap((card, i) => {
    const device = labels[i];
    return device ? [{ ...card, device }] : [];
  });
  devices.report(
    'drm',
    named.map(({ device }) => ({ device, lost: null })),
  );
  return named;
}
