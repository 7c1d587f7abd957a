/** What a server of Network UPS Tools is asked for, and what keeps it from being read, in English. */
export const nutTexts = {
  'message.feed.nut': 'UPS by Network UPS Tools (NUT)',
  'message.nut.ups': 'UPS',
  'message.nut.upsHelp': 'Its name there (upsc -l); empty where there is only one',
  'message.nut.encryption': 'Encryption',
  'message.nut.silent': '{{host}} does not answer. Check the address, and that upsd listens there (LISTEN in upsd.conf).',
  'message.nut.refused': '{{host}} refuses the connection. Check that upsd runs, and listens on that address (LISTEN in upsd.conf).',
  'message.nut.lost': '{{host}} ended the connection',
  'message.nut.odd': '{{host}} answers what no NUT server does: {{answer}}',
  'message.nut.stale': 'The UPS’s driver at {{host}} has had no new data from its device: what it told last is stale. Check the cable.',
  'message.nut.driver': 'The driver of the UPS at {{host}} does not run. Start it there: upsdrvctl start',
  'message.nut.unknown': '{{host}} has no UPS of that name. See: upsc -l',
  'message.nut.denied': '{{host}} refuses the sign-in. Check the user and the password (upsd.users).',
  'message.nut.noTls': '{{host}} has no encryption. Set it up there (CERTFILE in upsd.conf), or choose none.',
  'message.nut.which': '{{host}} looks after several UPSes, or none. Name one of: {{names}}',
  'message.nut.nothing': '{{host}} tells nothing that is measured',
  'message.nut.status': 'The UPS does not say whether it runs on battery: {{status}}',
} as const;
