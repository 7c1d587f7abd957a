/** Why a parameter's value is refused, in English: the words behind its name. */
export const paramTexts = {
  'message.param.needed': 'a value is needed',
  'message.param.number': 'a number is needed',
  'message.param.integer': 'a whole number is needed',
  'message.param.min': 'must be at least {{limit}}',
  'message.param.max': 'must be at most {{limit}}',
  'message.param.above': 'must be more than {{limit}}',
  'message.param.choice': 'must be one of {{choices}}',
  'message.param.boolean': 'must be true or false',
  'message.param.text': 'must be a text of at most {{most}} characters',
  'message.param.unknown': 'there is no such parameter',
} as const;
