import { feedTexts as common } from './common';
import { modbusTexts } from './modbus';
import { nutTexts } from './nut';
import { redfishTexts } from './redfish';
import { snmpTexts } from './snmp';

/** What the feeds say, one file a feed. */
export const feedTexts = { ...common, ...modbusTexts, ...nutTexts, ...redfishTexts, ...snmpTexts } as const;
