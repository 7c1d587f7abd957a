/** Why a parameter's value is refused, in English: the words behind its name. */
export const paramTexts = {
  'said.param.refused': '{{param}}: {{why}}',
  'said.param.needed': 'a value is needed',
  'said.param.number': 'a number is needed',
  'said.param.integer': 'a whole number is needed',
  'said.param.min': 'must be at least {{limit}}',
  'said.param.max': 'must be at most {{limit}}',
  'said.param.above': 'must be more than {{limit}}',
  'said.param.choice': 'must be one of {{choices}}',
  'said.param.boolean': 'must be true or false',
  'said.param.text': 'must be a text of at most {{most}} characters',
  'said.param.unknown': 'there is no such parameter',
} as const;
