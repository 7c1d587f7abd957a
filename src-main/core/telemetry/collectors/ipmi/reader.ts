import { message, MessageError } from '@shared/text/message';
import type { QuantityName } from '../meters/quantities';
import type { MeterValue } from '../meters/readings';
import { dcmiPower, sensorsOf, type Sensor } from './parse';
import type { Ipmitool } from './program';

/** Reads one controller: its power by DCMI and its sensors, which are series of their own and in no sum together. */
export class IpmiReader {
  /** What each sensor measured when it last had a reading: one without has no unit. */
  private readonly known = new Map<string, { readonly quantity: QuantityName; readonly name: string }>();

  /** @param powerSensor whose power is the whole machine's; null = what DCMI tells */
  constructor(
    private readonly program: Ipmitool,
    private readonly withSensors: boolean,
    private readonly powerSensor: string | null,
  ) {}

  /** @throws {MessageError} when the controller is not reached or tells nothing at all */
  async read(signal: AbortSignal): Promise<MeterValue[]> {
    // Told in more words: which of user, password and address is wrong is not in the few.
    const power = dcmiPower(await this.program.run(['-v', 'dcmi', 'power', 'reading'], signal), this.powerSensor === null ? '' : 'dcmi');
    const values = power === null ? [] : [power];
    if (this.withSensors || this.powerSensor !== null)
      values.push(...this.valuesOf(sensorsOf(await this.program.run(['sdr', 'elist', 'full'], signal))));
    if (values.length === 0) throw new MessageError(message('message.ipmi.nothing', { host: this.program.host }));
    return values;
  }

  private valuesOf(sensors: readonly Sensor[]): MeterValue[] {
    const values = sensors.flatMap(({ key, name, reading, measured }): MeterValue[] => {
      if (measured !== null) this.known.set(key, { quantity: measured.quantity, name });
      const quantity = this.known.get(key)?.quantity;
      if (quantity === undefined) return [];
      const why = measured === null ? message('message.ipmi.noReading', { words: reading }) : null;
      return [{ quantity, part: key, name, value: measured?.value ?? null, raw: reading, why }];
    });
    for (const [key, { quantity, name }] of this.known)
      if (!sensors.some((sensor) => sensor.key === key))
        values.push({ quantity, part: key, name, value: null, raw: '—', why: message('message.ipmi.gone') });
    const whole = this.powerSensor;
    if (whole === null) return values;
    const isWhole = ({ quantity, part }: MeterValue): boolean => quantity === 'power' && part === whole;
    const power: MeterValue = values.find(isWhole) ?? {
      quantity: 'power',
      part: whole,
      value: null,
      raw: '—',
      why: message('message.ipmi.noSensor', { number: whole }),
    };
    return [{ ...power, part: '' }, ...(this.withSensors ? values.filter((value) => !isWhole(value)) : [])];
  }
}
