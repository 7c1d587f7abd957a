import { roleByName } from '@shared/climate/sensor-role';
import { expect, it } from 'vitest';

it.each([
  ['node/r1-n1/sensor/inlet', 'Inlet air', 'inlet'],
  ['node/r1-n1/sensor/outlet', 'Outlet air', 'outlet'],
  ['sensor/bmc-7/04h', 'Inlet Temp', 'inlet'],
  ['sensor/bmc-7/05h', 'Exhaust Temp', 'outlet'],
  ['sensor/bmc-7/06h', 'System Board Inlet Temp', null],
  ['sensor/snmp/cold-aisle-3', 'Rack A3', 'inlet'],
  ['sensor/snmp/hot-aisle-3', 'Rack A3', 'outlet'],
  ['room/supply-air', 'Supply air', 'supply'],
  ['room/return-air', 'Return air', 'return'],
  ['sensor/bms/oat', 'Outdoor air', 'outdoor'],
  ['room/water-supply', 'Chilled water supply', 'water-supply'],
  ['sensor/bms/cw-ret', 'CHW return', 'water-return'],
  ['sensor/bmc-7/20h', 'Power Supply 1 Inlet', null],
  ['sensor/acpitz/temp1', 'acpitz', null],
  ['sensor/coretemp/package', 'Package id 0', null],
  ['sensor/mqtt/shelf', '冷通道温度', 'inlet'],
  ['sensor/mqtt/shelf2', '热通道温度', 'outlet'],
])('takes %s "%s" for %s', (device, label, role) => {
  expect(roleByName(device, label)).toBe(role);
});
