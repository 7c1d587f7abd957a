/** What the core says of the room's cooling, in English. */
export const coolingTexts = {
  'message.cooling.tooMany': 'There are {{count}} inlets; a report takes {{most}} at most. Say of some sensors that they are no inlets.',
  'message.whatIf.noRating': 'The room’s power is not known yet: ask again in some seconds, or set its rated IT power.',
  'message.whatIf.noInlet': 'No sensor is at an inlet: whether the racks bear it is not known',
  'message.whatIf.allowable': 'The warmest inlet would have {{inletC}} °C, beyond the {{limitC}} °C that class {{class}} allows',
  'message.whatIf.recommended':
    'The warmest inlet would have {{inletC}} °C, beyond the {{limitC}} °C that are recommended, within class {{class}}',
  'message.whatIf.serverFans': 'Above about 25 °C the servers’ own fans turn faster: what they draw more is not taken off',
  'message.whatIf.condensation': 'Supply air would be no warmer than the room’s dew point of {{dewPointC}} °C: water condenses',
  'message.whatIf.rise': 'The racks’ air may rise by {{riseK}} K at most: reckoned with {{percent}} % of the present speed',
  'message.whatIf.recirculation': 'Hot air runs back into the racks already (RTI above 100 %): slower fans add to it',
  'message.whatIf.dryBulb': 'The year of weather has no humidity: reckoned with the dry bulb, which is warmer',
  'message.whatIf.water': 'The settings’ model has no water temperature: 12 °C is assumed',
  'message.whatIf.liquidWarm': 'In {{hours}} hours of the year dry coolers do not reach that temperature: chillers help',
} as const;
