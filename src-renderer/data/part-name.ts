import { deviceKind } from '@shared/model/device-tree';

/** What a person calls a part of the room's power: a meter by the name it was given; what is of a kind by its id, which tells it from its like. */
export const partName = ({ device, label }: { readonly device: string; readonly label: string }): string =>
  deviceKind(device) === 'sensor' ? label : device;
