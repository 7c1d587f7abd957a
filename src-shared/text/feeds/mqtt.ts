/** What an MQTT feed is asked for, and why one gives nothing, in English. */
export const mqttTexts = {
  'message.feed.mqtt': 'MQTT broker',
  'message.mqtt.broker': 'Broker',
  'message.mqtt.brokerHelp': 'mqtt://host:1883, or mqtts://host:8883 for an encrypted connection',
  'message.mqtt.device': 'Device',
  'message.mqtt.shelly1': 'Shelly, first generation',
  'message.mqtt.shelly2': 'Shelly, second generation and later',
  'message.mqtt.own': 'Topics of my own',
  'message.mqtt.topic': 'Device’s topic',
  'message.mqtt.topicHelp':
    'What the device’s topics begin with: shellies/NAME, the Shelly’s MQTT prefix, the Tasmota’s topic, zigbee2mqtt/NAME. A + stands for one level, and reads all devices there.',
  'message.mqtt.pointsHelp':
    'One a line: what it is, the topic, where in the message. For example: power meters/rack1 data.power unit=kW; energy.import meters/+/total unit=kWh. Quote what has spaces.',
  'message.mqtt.staleHelp': 'How long a value holds: about twice the time between two messages of the device',
  'message.mqtt.badTopic': '“{{topic}}” is no topic of a device: + stands alone between slashes, and # cannot be used here',
  'message.mqtt.lost': 'The broker {{host}} ended the connection',
  'message.mqtt.silent': 'The broker {{host}} takes the connection and does not answer. Check that this port speaks MQTT.',
  'message.mqtt.noMqtt': '{{host}} ends the connection. Check that this port speaks MQTT, and whether it is encrypted (mqtts).',
  'message.mqtt.signIn': 'The broker {{host}} refuses the sign-in. Check the user and the password.',
  'message.mqtt.refused': 'The broker {{host}} refuses the connection: {{why}}',
  'message.mqtt.denied': 'The broker {{host}} does not let this user read {{topic}}. Check its access list.',
  'message.mqtt.nothing':
    'The broker answers, and nothing was published at {{topics}} in {{seconds}} s. Check the topic, and that the device publishes there; some do so every few minutes only.',
  'message.mqtt.silentTopics': 'Nothing was published at {{topics}}',
  'message.mqtt.notYet': 'Nothing was published at {{topic}} yet',
  'message.mqtt.retained': 'The broker kept it from earlier; the device has not published it since',
  'message.mqtt.away': 'The device is not connected to its broker',
  'message.mqtt.tooMany': 'More than {{most}} values come by these topics. Name fewer.',
} as const;
