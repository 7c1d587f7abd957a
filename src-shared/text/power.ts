/** What is said of the power tree and its meters, in English. */
export const powerTexts = {
  'message.powerPlace.utility': 'utility supply',
  'message.powerPlace.generator': 'generator',
  'message.powerPlace.solar': 'solar',
  'message.powerPlace.battery': 'battery',
  'message.powerPlace.transformer': 'transformer',
  'message.powerPlace.ups': 'UPS',
  'message.powerPlace.pdu': 'PDU',
  'message.powerPlace.rack': 'rack',
  'message.powerPlace.node': 'node',
  'message.powerPlace.device': 'device',
  'message.powerPlace.cooling': 'cooling',
  'message.powerPlace.lighting': 'lighting',
  'message.powerPlace.other': 'other load',
  'message.powerTree.none': 'The power tree has no place {{id}}. Look at it again: it may have been removed.',
  'message.powerTree.full': 'The power tree holds at most {{most}} places. Remove places that are no longer there.',
  'message.powerTree.changed':
    'The power tree was changed meanwhile (it is at revision {{now}}, the edit was made on {{edited}}). Look at it again.',
  'message.powerTree.atTop': '{{name}} is a source ({{kind}}) and is fed by nothing. Leave it at the top, and move {{above}} below it.',
  'message.powerTree.feedsNothing':
    '{{above}} ({{aboveKind}}) draws power and feeds nothing, so {{name}} cannot stand below it. Put {{name}} below what feeds it: a PDU, a UPS, a transformer or a source.',
  'message.powerTree.wrongOrder':
    '{{above}} ({{aboveKind}}) does not feed {{name}} ({{kind}}): power goes from a source over transformer, UPS, PDU and rack to a node. Choose a place that is further up.',
  'message.powerTree.circle': '{{name}} cannot stand below {{below}}, which it feeds itself. Move {{below}} out of {{name}} first.',
  'message.powerTree.noInput': '{{name}} ({{kind}}) is a source and draws nothing here: place {{meter}} at its output.',
  'message.powerTree.noOutput':
    '{{name}} ({{kind}}) has no output that is metered apart: place {{meter}} at its input, or at what it feeds.',
  'message.powerTree.twice':
    '{{meter}} and {{other}} are parts of one meter, and {{name}} would count the same power twice. Take {{other}} out first.',
  'message.powerTree.manyMeters': '{{name}} has {{most}} meters already. Add places below it for the others.',
  'message.powerTree.notEmpty': '{{name}} feeds other places. Move them elsewhere or remove them first.',
  'message.powerTree.noEquipment':
    '{{name}} is a {{kind}}; only a node or a device is a piece of equipment such as {{device}}. Add a node below it.',
  'message.powerTree.linked': '{{device}} is {{name}} in the power tree already. Remove that place, or link another device.',
  'message.event.powerTree': 'the power tree was changed by a person',
  'message.event.unexplained.less':
    '{{place}}: what it feeds draws on average {{differenceW}} W more than its own meter told over an hour; the meters’ classes allow {{allowedW}} W. Check the meters’ scale, current transformers and places.',
  'message.event.unexplained.more':
    '{{place}}: on average {{differenceW}} W of what its meter told over an hour is explained by nothing that it feeds; the meters’ classes allow {{allowedW}} W. A load may be missing from the tree.',
  'message.event.explained': '{{place}}: its meter and what it feeds agree again within what the meters’ classes allow',
  'message.fit.few': 'Its meters’ history has too few moments in which all of them were read: {{points}} of {{need}}.',
  'message.fit.narrow':
    'Its load went only from {{lowW}} to {{highW}} W in the history: too little to tell the losses that depend on it from those that do not.',
  'message.fit.scatter': 'The meters’ figures scatter by ± {{scaleW}} W around any curve, at a level of {{levelW}} W.',
  'message.fit.impossible': 'Its meters mostly tell that more comes out than goes in: check their scale and their sides.',
  'message.fit.never': 'Nothing was recorded of one of its meters.',
  'message.fit.noInput': 'Nothing meters its input.',
  'message.fit.noOutput': 'Not all that it gives is metered: place a meter at its output, or at everything it feeds.',
  'message.event.fit.made': '{{place}}: a curve was fitted to {{points}} moments over {{days}} d of its meters’ history',
  'message.event.fit.dropped': '{{place}}: its fitted curve is dropped, because its meters are no longer those it was made from. {{why}}',
  'message.event.fit.gone': '{{place}}: its fitted curve is dropped with the place',
  'message.event.fit.facility': 'the facility',
  'message.event.meter.reset':
    'its energy counter went from {{fromKwh}} to {{toKwh}} kWh and counts on from there: it was reset or replaced; the time between is booked by power',
  'message.event.meter.wrap': 'its energy counter went over its end, from {{fromKwh}} to {{toKwh}} kWh; nothing is lost',
  'message.event.meter.dip':
    'its energy counter had shown {{fromKwh}} kWh for a while and is back at {{toKwh}} kWh; what was booked is corrected',
  'message.event.meter.jump':
    'its energy counter jumped from {{fromKwh}} to {{toKwh}} kWh, which does not go with its power: the time is booked by power',
  'message.event.meter.stuck': 'its energy counter stands still at {{toKwh}} kWh while power is drawn: the time is booked by power',
} as const;
