/** What is said of files of weather, in English. */
export const weatherTexts = {
  'message.weather.noLocation': 'This is no EPW file: it has no LOCATION line among its first eight.',
  'message.weather.noPeriods': 'The EPW file has no DATA PERIODS line among its first eight.',
  'message.weather.badPeriods': 'Line {{line}}: DATA PERIODS does not tell how many records an hour has.',
  'message.weather.noRecords': 'The file has no hour of weather that can be read.',
  'message.weather.noTimeColumn': 'No column of the file is one of times (time, date, datetime). It has: {{columns}}.',
  'message.weather.noTemperatureColumn': 'No column of the file is one of temperatures (temperature, dry bulb). It has: {{columns}}.',
  'message.weather.short': 'It has {{count}} fields, too few for an hour of weather',
  'message.weather.noTime': 'No date and hour that can be read: {{text}}',
  'message.weather.noNumber': 'No numbers: {{text}}',
  'message.weather.noDay': 'There is no day {{day}} in month {{month}}',
  'message.weather.twice': 'Its hour was told before, on line {{line}}',
  'message.weather.temperature': 'No weather has {{value}} °C',
  'message.weather.humidity': 'No air has {{value}} % relative humidity',
  'message.weather.typical':
    '{{name}}, line {{line}}: a typical year by its own word ({{source}}). Its months are of several years, so its hours never were: keep it as the year of weather instead.',
  'message.weather.mixedYears':
    '{{name}}, line {{line}}: its months are of several years ({{years}}), so its hours never were: keep it as the year of weather instead.',
  'message.weather.noOffset': '{{name}}, line {{line}}: LOCATION does not tell the time zone.',
  'message.weather.noClock':
    '{{name}}, line {{line}}: its times do not say by which clock they are. Say it: UTC, this machine’s, or hours ahead of UTC.',
  'message.weather.future': '{{name}}, line {{line}}: {{hourAtMs}} has not been yet.',
  'message.weather.tooMany': '{{name}}, line {{line}}: more than {{most}} records. Take it in by parts.',
  'message.weather.expired': 'All of {{name}} is older than samples are kept (settings, Storage). Nothing was taken in.',
  'message.weather.noFile': 'No weather of {{device}} is kept.',
} as const;
