import { message, type Message } from '@shared/text/message';
import { toldPoint, type ToldPoint } from '../meters/told-value';

/** One metric of an exporter as a meter's value; the labels name the part beside the instance. */
interface MeterMetric extends ToldPoint {
  readonly by: readonly string[];
}

export interface QueryPreset {
  readonly id: string;
  readonly name: Message;
  /** Metrics of meters, by name; null = metrics that the catalogue knows by their names. */
  readonly meters: Readonly<Record<string, MeterMetric>> | null;
  /** What is asked for. */
  readonly selector: string;
}

const meter = (quantity: ToldPoint['quantity'], unit: string, by: readonly string[] = [], scale = 1): MeterMetric => {
  const point = toldPoint(quantity, unit);
  // What a device has no value for comes as -1 from APC and others.
  return { ...point, scale: point.scale * scale, none: '-1', by };
};

const named = (names: readonly string[]): string => `{__name__=~"${names.join('|')}"}`;

/** prometheus-community/ipmi_exporter, docs/metrics.md. What DCMI tells and a sensor of the same supply are two series. */
const IPMI = {
  ipmi_dcmi_power_consumption_watts: meter('power', 'W'),
  ipmi_power_watts: meter('power', 'W', ['name', 'id']),
  ipmi_temperature_celsius: meter('temperature', '°C', ['name', 'id']),
  ipmi_fan_speed_rpm: meter('fan', 'rpm', ['name', 'id']),
  ipmi_voltage_volts: meter('voltage', 'V', ['name', 'id']),
  ipmi_current_amperes: meter('current', 'A', ['name', 'id']),
};

/** prometheus/snmp_exporter names a value as its MIB does, in the MIB's unit: UPS-MIB (RFC 1628) and PowerNet-MIB's rPDU2. */
const SNMP = {
  upsEstimatedMinutesRemaining: meter('battery.runtime', 'min'),
  upsEstimatedChargeRemaining: meter('battery.charge', '%'),
  upsBatteryVoltage: meter('battery.voltage', 'V', [], 0.1),
  upsOutputFrequency: meter('frequency', 'Hz', [], 0.1),
  upsOutputVoltage: meter('voltage', 'V', ['upsOutputLineIndex']),
  upsOutputCurrent: meter('current', 'A', ['upsOutputLineIndex'], 0.1),
  upsOutputPower: meter('power', 'W', ['upsOutputLineIndex']),
  upsOutputPercentLoad: meter('load', '%', ['upsOutputLineIndex']),
  rPDU2DeviceStatusPower: meter('power', 'kW', ['rPDU2DeviceStatusIndex'], 0.01),
  rPDU2DeviceStatusEnergy: meter('energy.import', 'kWh', ['rPDU2DeviceStatusIndex'], 0.1),
  rPDU2OutletMeteredStatusPower: meter('power', 'W', ['rPDU2OutletMeteredStatusIndex']),
  rPDU2OutletMeteredStatusCurrent: meter('current', 'A', ['rPDU2OutletMeteredStatusIndex'], 0.1),
};

export const queryPresets: readonly QueryPreset[] = [
  { id: 'dcgm', name: message('message.query.dcgm'), meters: null, selector: '{__name__=~"DCGM_FI_.+"}' },
  {
    id: 'node',
    name: message('message.query.node'),
    meters: null,
    selector: named([
      'node_load1',
      'node_memory_MemTotal_bytes',
      'node_hwmon_temp_celsius',
      'node_hwmon_fan_rpm',
      'node_thermal_zone_temp',
    ]),
  },
  { id: 'ipmi', name: message('message.query.ipmi'), meters: IPMI, selector: named(Object.keys(IPMI)) },
  { id: 'snmp', name: message('message.query.snmp'), meters: SNMP, selector: named(Object.keys(SNMP)) },
];
