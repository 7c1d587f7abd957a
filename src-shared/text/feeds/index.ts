import { feedTexts as common } from './common';
import { modbusTexts } from './modbus';
import { mqttTexts } from './mqtt';
import { toldTexts } from './told';

/** What the feeds say, one file a feed. */
export const feedTexts = { ...common, ...modbusTexts, ...toldTexts, ...mqttTexts } as const;
