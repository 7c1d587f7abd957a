import { english, message, MessageError, messageOf, type Message } from '@shared/text/message';
import { z } from 'zod';
import type { Collector } from '../../collector';
import type { CollectorContext } from '../../collector-context';
import { settableKind, type CollectorInstance, type CollectorSource } from '../../collector-kind';
import { refuseSetting } from '../../setting-refusal';
import { sensorItem } from '../items';
import { checkStatus, httpText } from '../meters/http-text';
import { atJsonPath, parseJsonPath, type JsonPath } from '../meters/json-path';
import { meterParams, meterReadings, meterSettings, type MeterValue } from '../meters/readings';
import { signedIn, signInParams, signInSettings } from '../meters/sign-in';
import { isZone, systemZone } from '../../../transfer/csv/zones';
import { toldTimes } from '../meters/told-time';
import { staleAfterS, staleParam } from '../meters/told-stale';
import { parseToldPoint, rawOf, toldValue, unquoted, type ToldPoint } from '../meters/told-value';

const Settings = z.object({
  url: z.string(),
  everyS: z.number(),
  ...signInSettings,
  points: z.array(z.string()).readonly(),
  time: z.string().nullable(),
  zone: z.string().nullable(),
  staleS: z.number().nullable(),
  ...meterSettings,
});
type Settings = z.infer<typeof Settings>;

const stale = { leastS: 300, maxS: 86_400, step: 10, help: message('message.json.staleHelp') };

/** Whatever answers with JSON: a meter's own page, a gateway, a cloud that keeps its values. */
export const httpJsonKind = settableKind<Settings>({
  id: 'http-json',
  name: message('message.feed.httpJson'),
  isFeed: true,
  params: [
    { name: 'url', label: message('message.feed.url'), type: 'url', default: null },
    { name: 'everyS', label: message('message.feed.everyS'), type: 'integer', unit: 's', min: 1, max: 3600, step: 1, default: 15 },
    ...signInParams,
    { name: 'points', label: message('message.told.points'), type: 'list', default: null, help: message('message.json.pointsHelp') },
    {
      name: 'time',
      label: message('message.json.time'),
      type: 'text',
      default: null,
      optional: true,
      help: message('message.json.timeHelp'),
    },
    {
      name: 'zone',
      label: message('message.told.zone'),
      type: 'text',
      default: null,
      optional: true,
      help: message('message.told.zoneHelp'),
    },
    staleParam(stale),
    ...meterParams,
  ],
  schema: Settings.superRefine(({ points, time, zone }, context) => {
    const refuse = (setting: string, why: Message): void => refuseSetting(context, setting, why);
    if (time !== null && parseJsonPath(time) === null) refuse('time', message('message.json.badPath', { path: time }));
    if (zone !== null && !isZone(zone)) refuse('zone', message('message.told.badZone', { zone }));
    try {
      points.forEach(jsonPoint);
    } catch (error) {
      refuse('points', messageOf(error));
    }
  }),
  create: createSource,
  test: async ({ settings, id, name }, context, signal) =>
    meterReadings(await readOnce(settings, context, signal), settings, { id, label: english(name) }),
});

interface JsonPoint extends ToldPoint {
  readonly path: JsonPath;
  readonly written: string;
}

/** @throws {MessageError} naming what is wrong */
function jsonPoint(text: string): JsonPoint {
  const { where, options: _, ...point } = parseToldPoint(text);
  const [written = '', ...more] = where.map(unquoted);
  const path = parseJsonPath(written);
  if (path === null || more.length > 0)
    throw new MessageError(message('message.told.point', { point: text, what: `${where.join(' ')}: meters[0].power` }));
  return { ...point, path, written };
}

/** NaN and Infinity are no JSON; some programs write them all the same. What stands in quotes stays. */
const withoutBareNumbers = (text: string): string =>
  text.replace(/"(?:[^"\\]|\\.)*"|-?\b(?:NaN|Infinity)\b/g, (found) => (found.startsWith('"') ? found : 'null'));

function documentOf(text: string, host: string): unknown {
  for (const candidate of [text, withoutBareNumbers(text)]) {
    try {
      return JSON.parse(candidate) as unknown;
    } catch {
      // The next one, or the message below.
    }
  }
  const begin = text.trim().slice(0, 60);
  throw new MessageError(message(/^<(?:!doctype|html)/i.test(begin) ? 'message.json.page' : 'message.json.noJson', { host, begin }));
}

/** What lies above a path that leads nowhere, for a person to find the right one. */
function namesAbove(document: unknown, path: JsonPath): string {
  for (let length = path.length - 1; length >= 0; length--) {
    const above = atJsonPath(document, path.slice(0, length));
    if (typeof above === 'object' && above !== null) return Object.keys(above).slice(0, 12).join(', ');
  }
  return rawOf(document);
}

async function readOnce(settings: Settings, { secrets, wallMs }: CollectorContext, signal: AbortSignal): Promise<MeterValue[]> {
  const { url, fingerprint, points, time, zone } = settings;
  const { host } = new URL(url);
  const answer = await signedIn(settings, secrets, (headers) =>
    httpText({ url, fingerprint, headers: { accept: 'application/json', ...headers } }, signal),
  );
  checkStatus(answer, url);
  const document = documentOf(answer.text, host);
  const atMs = time === null ? undefined : takenAt(document, time, zone ?? systemZone());
  const nowMs = wallMs();
  const isOld = atMs !== undefined && nowMs - atMs > staleAfterS(settings, stale) * 1000;
  return points.map(jsonPoint).map(({ path, written, ...point }) => {
    const told = atJsonPath(document, path);
    const value = toldValue(point, told, atMs);
    if (told === undefined) return { ...value, why: message('message.json.absent', { path: written, names: namesAbove(document, path) }) };
    return isOld && value.value !== null
      ? { ...value, value: null, why: message('message.told.stale', { seconds: Math.round((nowMs - atMs) / 1000) }) }
      : value;
  });
}

/** @throws {MessageError} where no time is: a value without one would be taken for a new one */
function takenAt(document: unknown, path: string, zone: string): number {
  const told = atJsonPath(document, parseJsonPath(path) ?? []);
  const atMs = toldTimes({ zone, order: null })(told);
  if (atMs === null) throw new MessageError(message('message.json.noTime', { path, told: rawOf(told) }));
  return atMs;
}

function createSource({ id, name, settings: first }: CollectorInstance<Settings>, context: CollectorContext): CollectorSource<Settings> {
  let settings = first;
  let found: Message | null = null;
  const collector: Collector = {
    id,
    periodMs: first.everyS * 1000,
    async read(signal) {
      const readings = meterReadings(await readOnce(settings, context, signal), settings, { id, label: english(name) });
      const count = readings.filter(({ value }) => value !== null).length;
      found = message('message.told.works', { address: settings.url, count });
      return readings;
    },
    // What fails is told by the scheduler.
    doctor: async () => [{ ...sensorItem(id, 'works', found ?? message('message.feed.notYet', { address: settings.url })), name }],
    close: async () => undefined,
  };
  return {
    collectors: [collector],
    change(next) {
      if (next.everyS !== settings.everyS) return false;
      settings = next;
      found = null;
      return true;
    },
  };
}
