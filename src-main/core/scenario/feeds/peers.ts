import { openModbus } from './modbus';
import { openMqtt } from './mqtt';
import type { OpenPeer } from './peer';
import { openRedfish } from './redfish';
import { openRackPdus, openUps } from './snmp';

/** What a served room speaks, in the order of the ports, one each. */
export const openPeers: readonly OpenPeer[] = [openModbus, openUps, openRackPdus, openRedfish, openMqtt];
