/** What feeds over HTTP are asked for, and why one gives nothing, in English. */
export const httpJsonTexts = {
  'message.feed.httpJson': 'HTTP address with JSON',
  'message.feed.authHeader': 'Key in a header',
  'message.feed.header': 'Header',
  'message.feed.badHeader': 'A header’s name is made of letters, digits, - and _',
  'message.http.moved': '{{host}} sends on to another address (HTTP {{status}}). Enter that one.',
  'message.http.silent': '{{host}} takes the connection and does not answer in time.',
  'message.json.pointsHelp':
    'One a line: what it is, where in the document. For example: power meters[0].power unit=kW; energy.import total.energy unit=kWh; voltage.L1 ["volt.1"] scale=0.1 none=-1',
  'message.json.time': 'Time in the document',
  'message.json.timeHelp':
    'Where the time of the values stands; empty where they are of the moment. A number is in seconds or milliseconds.',
  'message.json.staleHelp': 'How old a value may be by its own time',
  'message.json.badPath': '“{{path}}” is no path: meters[0].power, ["name.with.dots"]',
  'message.json.page': '{{host}} answers with a web page and not with JSON: often that of a sign-in. Check the address and the sign-in.',
  'message.json.noJson': 'What {{host}} answers is no JSON. It begins with: {{begin}}',
  'message.json.absent': 'Nothing lies at {{path}}. There is: {{names}}',
  'message.json.noTime': 'There is no time at {{path}}: {{told}}',
  'message.told.zone': 'Time zone',
  'message.told.zoneHelp': 'Of times without one, as in Europe/Berlin; empty is this machine’s',
  'message.told.badZone': '“{{zone}}” is no time zone. Write it as Europe/Berlin.',
} as const;
