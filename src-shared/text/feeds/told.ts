/** What is said of values that come as texts, by whatever way, in English. */
export const toldTexts = {
  'message.told.points': 'Values',
  'message.told.point': 'The value “{{point}}” is not understood at {{what}}',
  'message.told.absent': 'It is not there',
  'message.told.noValue': 'The source says that it has no value',
  'message.told.noNumber': 'It is no number',
  'message.told.stale': 'The last value is {{seconds}} s old',
  'message.told.staleS': 'Too old after',
  'message.told.staleHelp': '{{help}}. Left empty: {{missed}} times the time between two readings, and {{seconds}} s at least',
  'message.told.works_one': '{{address}}: {{count}} value',
  'message.told.works_other': '{{address}}: {{count}} values',

  'message.socket.fingerprint': 'Trusted certificate',
  'message.socket.fingerprintHelp':
    'For a certificate that no authority of this machine vouches for: its SHA-256 fingerprint. A test shows it; compare it with what the device shows.',
  'message.socket.badFingerprint': 'A SHA-256 fingerprint has 64 hexadecimal digits, with or without colons',
  'message.socket.certificate':
    'The certificate of {{host}} is not trusted here ({{why}}). If it is the right one, enter its fingerprint under “Trusted certificate”: {{fingerprint}}',
  'message.socket.otherCertificate':
    'The certificate of {{host}} is another one than the trusted. Find out why before you enter the new fingerprint: {{fingerprint}}',
  'message.socket.refused': '{{host}} refuses the connection. Check that the service runs there, and the port.',
  'message.socket.silent': '{{host}} does not answer. Check the address, the cable and the firewall.',
  'message.socket.noTls': '{{host}} cannot be reached with encryption: {{why}}. Check the port, and whether it is encrypted at all.',
} as const;
