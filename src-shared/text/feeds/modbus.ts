/** What keeps a Modbus meter from being read, in English. */
export const modbusTexts = {
  'message.modbus.works_one': '{{address}}: {{count}} value',
  'message.modbus.works_other': '{{address}}: {{count}} values',
  'message.modbus.point': 'The register “{{point}}” is not understood at {{what}}',
  'message.modbus.noServer': '{{host}} refuses the connection. Check that Modbus TCP is switched on in the device, and the port.',
  'message.modbus.silent': '{{host}} does not answer. Check the address, the cable, and how many connections the device takes at once.',
  'message.modbus.noAnswer': 'Unit {{unit}} at {{host}} does not answer. Check the unit’s number.',
  'message.modbus.lost': '{{host}} ended the connection. Many devices take few at once: check who else reads it.',
  'message.modbus.closed': 'The connection to {{host}} is closed',
  'message.modbus.garbage': 'What {{host}} answers is not Modbus TCP. Check the port; a serial converter needs its Modbus TCP mode.',
  'message.modbus.function':
    'Unit {{unit}} at {{host}} does not know this kind of register. Try input: in place of holding registers, or the other way round.',
  'message.modbus.address': 'Unit {{unit}} at {{host}} has no such register (exception {{code}}). Check how addresses are written.',
  'message.modbus.busy': 'Unit {{unit}} at {{host}} is busy',
  'message.modbus.behind':
    'The gateway {{host}} answers, unit {{unit}} behind it does not (exception {{code}}). Check the meter’s bus and number.',
  'message.modbus.refused': 'Unit {{unit}} at {{host}} refuses (exception {{code}})',
  'message.modbus.noSunSpec': 'Unit {{unit}} at {{host}} has no SunSpec map at 40000, 50000 or 0. Choose the meter, or name its registers.',
  'message.modbus.sunSpecEmpty': 'The SunSpec map of unit {{unit}} at {{host}} has no meter or inverter, only the models {{models}}',
  'message.modbus.noValue': 'The device says that it has no value',
  'message.modbus.factor': 'The scale factor is 10^{{exponent}}, which none is',
} as const;
