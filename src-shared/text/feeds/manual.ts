/** What a meter that is read by eye is asked for, and what is wrong with a reading, in English. */
export const manualTexts = {
  'message.feed.manual': 'Meter read by eye, or a bill',
  'message.manual.quantity': 'It counts',
  'message.manual.help':
    'Readings are entered under Readings, once the source is added. What was used between two of them is booked evenly over the time between.',
  'message.manual.import': 'Energy drawn',
  'message.manual.export': 'Energy given back',
  'message.manual.heat': 'Heat',
  'message.manual.volume': 'Water',
  'message.manual.unit': 'Unit',
  'message.manual.everyDays': 'Read every',
  'message.manual.everyDaysHelp': 'A reading that is half as long again overdue no longer stands for now, and the Doctor says so.',
  'message.manual.none': 'Nothing was read yet',
  'message.manual.enter': 'Enter one: Settings, Sources, Readings of {{source}}',
  'message.manual.last': 'Read by eye: {{value}} {{unit}} on {{readAtMs}}',
  'message.manual.overdue': '{{detail}}; that is {{days}} days ago',
  'message.manual.usedFirst':
    'The reading of {{readAtMs}} says what was used, and there is none before it: enter what the meter showed at the beginning first',
  'message.manual.falls':
    'The meter showed {{before}} on {{beforeAtMs}} and {{value}} on {{readAtMs}}: a meter does not count back. Where it was exchanged or set back, say so with the later reading',
  'message.manual.time': '{{readAtMs}} has not come yet, or is before 2000',
  'message.manual.gone': 'There is no reading of {{readAtMs}}',
  'message.manual.byItself': '{{source}} is read by itself: no reading of it can be entered',
} as const;
