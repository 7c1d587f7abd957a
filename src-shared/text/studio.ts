/** In English: what is wrong with a model or a recipe that a person described, the words behind the layer and the field. */
export const studioTexts = {
  'message.studio.issue': 'Layer {{layer}} ({{type}}): {{why}}',
  'message.studio.issueAt': 'Layer {{layer}} ({{type}}), {{field}}: {{why}}',
  'message.studio.rank': 'needs an input of {{rank}} sizes, and gets {{shape}}',
  'message.studio.window': 'a window of {{window}} does not fit into {{input}}',
  'message.studio.positions': 'needs steps or pixels to take the mean over, and gets {{shape}}',
  'message.studio.reshape': '{{size}} numbers cannot be laid out as {{shape}}',
  'message.studio.embeddingFirst': 'takes numbers of words, so that it can only be the first layer',
  'message.studio.lastLayer': 'the last layer has to be a softmax over {{classes}} classes',

  'message.recipe.refused': '{{field}}: {{why}}',
  'message.recipe.loss': 'this task is trained on one of {{losses}}',
  'message.recipe.classWeights': 'only classes can be weighed',
  'message.recipe.oneText': 'exactly one column of text is needed',
  'message.recipe.textParts': 'a text is parted by the shares of its end, which the task has',
  'message.recipe.textShares': 'validation and test together have to leave a part to train with',
  'message.recipe.targetIsInput': '“{{column}}” is what is to be told, and cannot be given to the model',
  'message.recipe.forecastHoldOut': 'rows drawn at random from a series would be told from their neighbours: split by time instead',
  'message.recipe.twoValidations': 'the split has a validation part already',
  'message.recipe.best': 'is told at the end of no epoch; there are {{scalars}}',
  'message.recipe.paramPlace': 'no number stands at this place of the document',
} as const;
