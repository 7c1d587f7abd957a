/** In English: what is wrong with a model that a person described, the words behind the layer and its field. */
export const studioTexts = {
  'message.studio.issue': 'Layer {{layer}} ({{type}}): {{why}}',
  'message.studio.issueAt': 'Layer {{layer}} ({{type}}), {{field}}: {{why}}',
  'message.studio.rank': 'needs an input of {{rank}} sizes, and gets {{shape}}',
  'message.studio.window': 'a window of {{window}} does not fit into {{input}}',
  'message.studio.positions': 'needs steps or pixels to take the mean over, and gets {{shape}}',
  'message.studio.reshape': '{{size}} numbers cannot be laid out as {{shape}}',
  'message.studio.embeddingFirst': 'takes numbers of words, so that it can only be the first layer',
  'message.studio.lastLayer': 'the last layer has to be a softmax over {{classes}} classes',
} as const;
