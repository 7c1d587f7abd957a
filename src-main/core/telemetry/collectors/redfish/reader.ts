import { message, MessageError } from '@shared/text/message';
import type { MeterValue } from '../meters/readings';
import { RedfishStatus, type RedfishClient } from './client';
import { environmentValues, linkOf, listOf, objectOf, partOf, powerValues, supplyValues, thermalValues } from './values';

const ROOT = '/redfish/v1/';
const CHASSIS_MAX = 64;
const PAGES_MAX = 20;

type Json = Readonly<Record<string, unknown>>;
type Way = 'environment' | 'power' | 'supplies';

/** Reads the chassis of one controller, each by the way that worked before: the new schema, the old one, or its supplies. */
export class RedfishReader {
  private chassis: readonly string[] | null = null;
  private readonly ways = new Map<string, Way>();

  constructor(
    private readonly client: RedfishClient,
    private readonly host: string,
  ) {}

  /** @throws {MessageError} what became of the controller, or that it tells no power */
  async read(signal: AbortSignal): Promise<MeterValue[]> {
    this.chassis ??= await this.listChassis(signal);
    const found: { readonly name: string; readonly values: readonly MeterValue[] }[] = [];
    for (const path of this.chassis)
      found.push({ name: partOf(path.split('/').filter(Boolean).at(-1) ?? ''), values: await this.readChassis(path, signal) });
    const told = found.filter(({ values }) => values.length > 0);
    if (told.length === 0) throw new MessageError(message('message.redfish.nothing', { host: this.host }));
    const withPower = told.filter(({ values }) => values.some(({ quantity, part }) => quantity === 'power' && part === ''));
    // The one that tells power is the machine; what others tell, and several machines behind one controller, are told apart.
    const whole = withPower.length === 1 ? withPower[0] : told.length === 1 ? told[0] : undefined;
    return told.flatMap((one) =>
      one === whole
        ? one.values
        : one.values.map((value) => ({
            ...value,
            part: [one.name, value.part]
              .filter((text) => text !== '')
              .join('-')
              .slice(0, 40),
          })),
    );
  }

  private async listChassis(signal: AbortSignal): Promise<string[]> {
    const root = objectOf(await this.client.get(ROOT, signal));
    const links = await this.members(linkOf(root['Chassis']) ?? `${ROOT}Chassis`, signal);
    return links.slice(0, CHASSIS_MAX);
  }

  private async members(path: string, signal: AbortSignal): Promise<string[]> {
    const found: string[] = [];
    let next: string | null = path;
    for (let page = 0; next !== null && page < PAGES_MAX; page++) {
      const collection = objectOf(await this.client.get(next, signal));
      const members = Array.isArray(collection['Members']) ? collection['Members'] : objectOf(collection['links'])['Member'];
      for (const member of listOf(members)) found.push(...[linkOf(member)].filter((link) => link !== null));
      const more = collection['Members@odata.nextLink'];
      next = typeof more === 'string' && more.startsWith('/') ? more : null;
    }
    return found;
  }

  private async readChassis(path: string, signal: AbortSignal): Promise<MeterValue[]> {
    const chassis = (await this.resource(path, signal)) ?? {};
    const known = this.ways.get(path);
    let values: MeterValue[] | null = known === undefined ? null : await this.readPower(known, chassis, signal);
    if (values === null || values[0]?.value === null) {
      // What it told may be elsewhere after its firmware was renewed; of those that tell nothing the last is as good.
      for (const way of ['environment', 'power', 'supplies'] as const) {
        const tried: MeterValue[] | null = await this.readPower(way, chassis, signal);
        values = tried ?? values;
        if (tried?.[0] === undefined || tried[0].value === null) continue;
        this.ways.set(path, way);
        break;
      }
    }
    const thermal = linkOf(chassis['Thermal']);
    return [...(values ?? []), ...(thermal === null ? [] : thermalValues((await this.resource(thermal, signal)) ?? {}))];
  }

  private async readPower(way: Way, chassis: Json, signal: AbortSignal): Promise<MeterValue[] | null> {
    if (way === 'environment') {
      const metrics = await this.linked(chassis['EnvironmentMetrics'], signal);
      return metrics === null ? null : environmentValues(metrics, chassis);
    }
    if (way === 'power') {
      const power = await this.linked(chassis['Power'], signal);
      return power === null ? null : powerValues(power, chassis);
    }
    const subsystem = await this.linked(chassis['PowerSubsystem'], signal);
    const list = linkOf(subsystem?.['PowerSupplies']);
    if (list === null) return null;
    const supplies: { id: string; metrics: Json }[] = [];
    for (const link of await this.members(list, signal)) {
      const supply = await this.resource(link, signal);
      const metrics = await this.linked(supply?.['Metrics'], signal);
      if (metrics !== null) supplies.push({ id: link.split('/').at(-1) ?? '', metrics });
    }
    return supplyValues(supplies, chassis);
  }

  private async linked(link: unknown, signal: AbortSignal): Promise<Json | null> {
    const path = linkOf(link);
    return path === null ? null : this.resource(path, signal);
  }

  /** Null where the controller does not have it, which is no fault: blades and nodes share the supplies of another chassis. */
  private async resource(path: string, signal: AbortSignal): Promise<Json | null> {
    try {
      return objectOf(await this.client.get(path, signal));
    } catch (error) {
      if (error instanceof RedfishStatus && [404, 405, 501].includes(error.status)) return null;
      throw error;
    }
  }
}
