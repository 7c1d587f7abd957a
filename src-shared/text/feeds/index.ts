import { feedTexts as common } from './common';
import { csvFolderTexts } from './csv-folder';
import { httpJsonTexts } from './http-json';
import { manualTexts } from './manual';
import { ipmiTexts } from './ipmi';
import { modbusTexts } from './modbus';
import { mqttTexts } from './mqtt';
import { nutTexts } from './nut';
import { plausibleTexts } from './plausible';
import { prometheusQueryTexts } from './prometheus-query';
import { redfishTexts } from './redfish';
import { snmpTexts } from './snmp';
import { toldTexts } from './told';

/** What the feeds say, one file a feed. */
export const feedTexts = {
  ...common,
  ...modbusTexts,
  ...toldTexts,
  ...plausibleTexts,
  ...mqttTexts,
  ...httpJsonTexts,
  ...prometheusQueryTexts,
  ...nutTexts,
  ...redfishTexts,
  ...ipmiTexts,
  ...csvFolderTexts,
  ...manualTexts,
  ...snmpTexts,
} as const;
