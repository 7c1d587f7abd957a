import { expect, it } from 'vitest';
import { AppError } from '@shared/contract/errors';
import type { CollectorSettings } from '@shared/model/collector';
import { defaultSettings } from '@shared/model/settings';
import { message, type Message } from '@shared/text/message';
import { collectorKinds } from '../../../../src-main/core/telemetry/collectors';

/** Which setting a feed refuses, and in which words. */
function refusal(kind: string, given: CollectorSettings): unknown {
  try {
    collectorKinds.find(({ id }) => id === kind)?.settingsOf(given, defaultSettings);
  } catch (error) {
    return error instanceof AppError ? error.localized : error;
  }
  return null;
}

const refused = (param: Message, why: Message): Message => message('message.collector.refused', { param, why });
const certificate = refused(message('message.socket.fingerprint'), message('message.socket.badFingerprint'));
const url = 'http://meter.lan/';

const cases: readonly (readonly [kind: string, given: CollectorSettings, why: Message])[] = [
  ['http-json', { url, points: ['power p unit=kW'], fingerprint: 'ab:cd' }, certificate],
  ['prometheus-query', { url, points: ['power sum(p)'], fingerprint: 'ab:cd' }, certificate],
  ['mqtt', { url: 'mqtt://meter.lan', topic: 'shellies/a', fingerprint: 'ab:cd' }, certificate],
  ['nut', { host: 'ups.lan', encryption: 'starttls', fingerprint: 'ab:cd' }, certificate],
  ['redfish', { host: 'bmc.lan', user: 'root', password: 'sources/redfish-1/password', fingerprint: 'ab:cd' }, certificate],
  [
    'http-json',
    { url, points: ['power p'], auth: 'header', header: 'X Key', token: 'sources/http-json-1/token' },
    refused(message('message.feed.header'), message('message.feed.badHeader')),
  ],
  [
    'csv-folder',
    { folder: '/var/meters', timeColumn: 'time', points: ['power P'], zone: 'Mars' },
    refused(message('message.told.zone'), message('message.told.badZone', { zone: 'Mars' })),
  ],
  [
    'mqtt',
    { url: 'mqtt://meter.lan', topic: 'a/#' },
    refused(message('message.mqtt.topic'), message('message.mqtt.badTopic', { topic: 'a/#' })),
  ],
];
it.each(cases)('what %s refuses of %j can be said in any language', (kind, given, why) => {
  expect(refusal(kind, given)).toEqual(why);
});

const points: readonly (readonly [kind: string, wanted: CollectorSettings])[] = [
  ['modbus', { host: 'meter.lan', meter: 'own' }],
  ['snmp', { host: 'pdu.lan', community: 'sources/snmp-1/community', device: 'own' }],
  ['http-json', { url }],
  ['prometheus-query', { url }],
  ['csv-folder', { folder: '/var/meters', timeColumn: 'time' }],
  ['mqtt', { url: 'mqtt://meter.lan', device: 'own' }],
];
it.each(points)('a point that %s refuses too', (kind, wanted) => {
  expect(refusal(kind, { ...wanted, points: ['nonsense'] })).toMatchObject({
    id: 'message.collector.refused',
    params: { why: { id: expect.stringMatching(/\.point$/) as string } },
  });
});
