/** Why what a meter tells is not taken for measured, in English. */
export const plausibleTexts = {
  'message.plausible.found': '{{found}}. Not taken as measured: {{why}}',
  'message.plausible.of': '{{device}}, {{metric}}: {{why}}',
  'message.plausible.range': '{{value}} is outside {{least}} to {{most}}, which is all that it can be. Check the scale.',
  'message.plausible.rating': '{{value}} W is more than the rated power of {{most}} W. Check the scale.',
  'message.plausible.product': 'It is more power than its own {{volts}} V and {{amperes}} A can make. Check the scale, or the meter.',
  'message.plausible.apparent': 'It is more than its own apparent power of {{apparent}} VA. Check the scale, or the meter.',
  'message.plausible.frequency': 'No mains has {{value}} Hz. Check the scale.',
  'message.plausible.direction':
    'It is below zero ({{value}} W) where nothing feeds back. If the current transformers are the wrong way round, set “Turn the sign around”.',
  'message.plausible.jump':
    'It jumped from {{before}} {{unit}} to about a thousand times that: a scale was lost. If it is right, turn the source off and on.',
  'message.plausible.fall':
    'It fell from {{before}} {{unit}} to about a thousandth of that: a scale was lost. If it is right, turn the source off and on.',
  'message.plausible.stuckCounter': 'It has stood still for {{minutes}} min, while its energy counter counted {{watts}} W.',
  'message.plausible.stuckCurrent': 'It has stood still for {{minutes}} min, while its current moved between {{least}} A and {{most}} A.',
  'message.plausible.stuckPower': 'It has stood still for {{minutes}} min, while its power moved between {{least}} W and {{most}} W.',
  'message.plausible.frozen':
    'Nothing of this meter has moved for {{minutes}} min; before, it never stood still for longer than {{seconds}} s. Restart the meter or its gateway.',
  'message.plausible.clock': 'Its clock is {{seconds}} s ahead: its values are taken as of when they were read. Set its clock.',

  'message.quantity.meter.power': 'power',
  'message.quantity.meter.power.apparent': 'apparent power',
  'message.quantity.meter.power.reactive': 'reactive power',
  'message.quantity.meter.power.factor': 'power factor',
  'message.quantity.meter.voltage': 'voltage',
  'message.quantity.meter.current': 'current',
  'message.quantity.meter.frequency': 'frequency',
  'message.quantity.meter.flow': 'flow',
  'message.quantity.meter.heat': 'heat flow',
  'message.quantity.sensor.temperature': 'temperature',
  'message.quantity.sensor.humidity': 'humidity',
} as const;
