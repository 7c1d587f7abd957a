import { feedTexts as common } from './common';
import { modbusTexts } from './modbus';

/** What the feeds say, one file a feed. */
export const feedTexts = { ...common, ...modbusTexts } as const;
