import { message, type Message } from '@shared/text/message';
import { atJsonPath, type JsonPath } from '../meters/json-path';
import type { MeterValue } from '../meters/readings';
import { toldValue, type ToldPoint } from '../meters/told-value';
import { filterFor, type Preset, type Told } from './presets';
import { matchTopic, partOf } from './topics';

/** A point as a person writes it: the topic it comes by, and where in the message it stands. */
export interface TopicPoint extends ToldPoint {
  readonly filter: string;
  readonly path: JsonPath;
}

interface Held {
  readonly value: MeterValue;
  readonly device: string;
  readonly monoMs: number;
  readonly isRetained: boolean;
}

/** A message that is longer tells no meter's values. */
const PAYLOAD_MAX = 256 * 1024;
/** Values of one feed: a broad pattern on a busy broker is a mistake. */
const VALUES_MAX = 2_000;

type Handler = (payload: unknown, caught: readonly string[]) => void;

/** What was published last, by value, with the time it came. What is told twice, as a state and as a change, is one. */
export class PublishedValues {
  private readonly held = new Map<string, Held>();
  private readonly away = new Set<string>();
  private readonly handlers: (readonly [filter: string, handler: Handler])[] = [];
  private message = { monoMs: 0, wallMs: 0, isRetained: false };
  isFull = false;

  constructor(private readonly clock: { readonly monoMs: () => number; readonly wallMs: () => number }) {}

  get filters(): string[] {
    return [...new Set(this.handlers.map(([filter]) => filter))];
  }

  get size(): number {
    return this.held.size;
  }

  /** What a device of this kind publishes; `device` may have wildcards, each of which names a part. */
  addPreset({ topics, away }: Preset, device: string): void {
    const wildcards = device.split('/').filter((level) => level === '+').length;
    const deviceOf = (caught: readonly string[]): string => partOf(caught.slice(0, wildcards));
    for (const { filter, values } of topics) {
      this.handlers.push([
        filterFor(filter, device),
        (payload, caught) => {
          for (const told of values(payload, caught.slice(wildcards))) this.hold(told, deviceOf(caught));
        },
      ]);
    }
    this.handlers.push([
      filterFor(away.filter, device),
      (payload, caught) => {
        if (away.isAway(payload)) this.away.add(deviceOf(caught));
        else this.away.delete(deviceOf(caught));
      },
    ]);
  }

  addPoint({ filter, path, ...point }: TopicPoint): void {
    this.handlers.push([filter, (payload, caught) => this.hold([point, atJsonPath(payload, path)], partOf(caught))]);
  }

  /** A message that came: its time is now, since a device's own clock may say anything. */
  take(topic: string, payload: Buffer, isRetained: boolean): void {
    if (payload.length > PAYLOAD_MAX) return;
    this.message = { monoMs: this.clock.monoMs(), wallMs: this.clock.wallMs(), isRetained };
    let parsed: unknown = undefined;
    for (const [filter, handler] of this.handlers) {
      const caught = matchTopic(filter, topic);
      if (caught === null) continue;
      parsed ??= parsedPayload(payload);
      handler(parsed, caught);
    }
  }

  private hold([point, told]: Told, device: string): void {
    const part = [device, point.part].filter((one) => one !== '').join('-');
    const key = `${point.quantity}\n${part}`;
    const before = this.held.get(key);
    const { monoMs, wallMs, isRetained } = this.message;
    // The broker repeats what it keeps with each subscription: it is older than what came live.
    if (isRetained && before?.isRetained === false) return;
    if (before === undefined && this.held.size >= VALUES_MAX) {
      this.isFull = true;
      return;
    }
    this.held.set(key, { value: toldValue({ ...point, part }, told, wallMs), device, monoMs, isRetained });
  }

  /** What holds now: what is older than `staleMs`, kept by the broker or of a device that is away has no value. */
  values(staleMs: number): MeterValue[] {
    const nowMs = this.clock.monoMs();
    return [...this.held.values()].map(({ value, device, monoMs, isRetained }) => {
      const why = this.away.has(device)
        ? message('message.mqtt.away')
        : isRetained
          ? message('message.mqtt.retained')
          : nowMs - monoMs > staleMs
            ? message('message.told.stale', { seconds: Math.round((nowMs - monoMs) / 1000) })
            : null;
      return why === null ? value : withoutValue(value, why);
    });
  }
}

const withoutValue = ({ quantity, part, raw }: MeterValue, why: Message): MeterValue => ({ quantity, part, value: null, raw, why });

function parsedPayload(payload: Buffer): unknown {
  const text = payload.toString('utf8').trim();
  try {
    return /^[[{]/.test(text) ? (JSON.parse(text) as unknown) : text;
  } catch {
    return text;
  }
}
