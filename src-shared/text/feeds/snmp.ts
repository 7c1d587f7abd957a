/** What a device is asked for by SNMP, and what keeps it from being read, in English. */
export const snmpTexts = {
  'message.feed.snmp': 'SNMP device (rack PDU, UPS)',
  'message.snmp.version': 'Version',
  'message.snmp.community': 'Community',
  'message.snmp.communityHelp': 'Left empty it is “public”',
  'message.snmp.auth': 'Authentication',
  'message.snmp.authPassword': 'Authentication password',
  'message.snmp.privacyKind': 'Encryption',
  'message.snmp.privacyHelp':
    'AES-256 keys are made in two ways, and a device knows one of them: when one is met with silence, try the other',
  'message.snmp.privacyPassword': 'Encryption password',
  'message.snmp.context': 'Context',
  'message.snmp.device': 'Device',
  'message.snmp.find': 'Find out what it is',
  'message.snmp.own': 'OIDs of my own',
  'message.snmp.points': 'OIDs',
  'message.snmp.pointsHelp':
    'One a line: what it is, and where. For example: power 1.3.6.1.4.1.318.1.1.12.1.16.0; current.outlet-* 1.3.6.1.4.1.318.1.1.26.9.4.3.1.6.* scale=0.1; energy.import 1.3.6.1.4.1.9999.1.0 unit=kWh',
  'message.snmp.point': 'The line “{{point}}” is not understood at {{what}}',
  'message.snmp.silent':
    '{{host}} does not answer to SNMP. Check the address, that SNMP v2c is switched on there, the community, and that this machine may ask.',
  'message.snmp.silentUser':
    '{{host}} does not answer to SNMP v3. Check the address. Many devices also stay silent at a wrong user, password or kind of encryption; of AES-256 there are two.',
  'message.snmp.unknownUser': '{{host}} does not know this user. Check the user’s name, and that it is set up for SNMP v3.',
  'message.snmp.wrongPassword': '{{host}} refuses the authentication. Check its kind (MD5, SHA …) and its password.',
  'message.snmp.level': '{{host}} asks this user for another level of security. Check whether it has authentication, and encryption.',
  'message.snmp.privacy': '{{host}} cannot decrypt what it is asked. Check the kind of encryption and its password.',
  'message.snmp.noObject': 'The device does not have {{oid}}',
  'message.snmp.otherOid': 'Asked for {{oid}}, the device answered about another',
  'message.snmp.refused': 'The device refuses {{oid}}: {{why}}',
  'message.snmp.endless': '{{host}} tells more than {{most}} rows below {{oid}}: that is no meter’s table.',
  'message.snmp.noNumber': 'What it tells is no number',
  'message.snmp.noValue': 'The device says that it has no value',
  'message.snmp.noDigits': 'The device does not tell how many decimal digits this value has',
  'message.snmp.noScale': 'The device does not tell whether this value is in °C or °F',
  'message.snmp.unknownDevice':
    '{{host}} answers, but has none of the tables that are known here (sysObjectID {{object}}, {{name}}). Choose the device, or name its OIDs.',
} as const;
