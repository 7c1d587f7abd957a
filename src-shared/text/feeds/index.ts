import { feedTexts as common } from './common';
import { modbusTexts } from './modbus';
import { snmpTexts } from './snmp';

/** What the feeds say, one file a feed. */
export const feedTexts = { ...common, ...modbusTexts, ...snmpTexts } as const;
