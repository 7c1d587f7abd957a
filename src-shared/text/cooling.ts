/** What the core says of the room's cooling, in English. */
export const coolingTexts = {
  'message.cooling.tooMany': 'There are {{count}} inlets; a report takes {{most}} at most. Say of some sensors that they are no inlets.',
} as const;
