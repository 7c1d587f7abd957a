/** What a management controller is asked for by Redfish, and what keeps it from being read, in English. */
export const redfishTexts = {
  'message.feed.redfish': 'Server by Redfish (iDRAC, iLO, OpenBMC …)',
  'message.redfish.silent': '{{host}} does not answer. Check the address, and that this machine reaches the management network.',
  'message.redfish.refused': '{{host}} refuses the connection. Check that Redfish (HTTPS) is switched on in the management controller.',
  'message.redfish.sessions':
    '{{host}} has no session left. Others hold them: end some there, or wait until they run out, and check that one user is used once.',
  'message.redfish.status': '{{host}} answers HTTP {{status}} to {{path}}',
  'message.redfish.garbage': 'What {{host}} answers is no Redfish. Check the port.',
  'message.redfish.nothing': '{{host}} tells no power and no temperature of any chassis',
  'message.redfish.none': 'The controller has no value for it',
  'message.redfish.off': 'The machine is off, and its controller tells power all the same',
} as const;
