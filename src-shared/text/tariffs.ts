/** What reading a load curve or a list of prices for a bill says. */
export const tariffTexts = {
  'message.load.tooFew': 'A load curve needs two rows at least; {{rows}} can be read.',
  'message.load.counter': '"{{column}}" only ever rises, as a counter does. Say which it is: --as counter, or --as energy.',
  'message.load.noColumn': 'There is no column "{{column}}". There are: {{columns}}.',
  'message.load.noUnit': 'Nothing says what "{{column}}" is in. Name its unit: --unit kW, or --unit kWh for the energy of each interval.',
  'message.load.none': 'None of these columns is power or energy: {{columns}}. Name one with --column and its unit with --unit.',
  'message.load.several': 'More than one column is power or energy: {{columns}}. Choose one with --column.',
  'message.load.noPrice': 'Which column is the price? There are: {{columns}}. One of them should be called price.',
} as const;
