/** Why a meter is proposed for a place of the power tree, in English. */
export const powerProposalTexts = {
  'message.proposal.name': 'Its name has “{{place}}” in it.',
  'message.proposal.kind': 'Its name says {{kind}}, and the tree has one.',
  'message.proposal.kindNew': 'Its name says {{kind}}.',
  'message.proposal.ups': 'The device is a UPS: it tells of its battery.',
  'message.proposal.pdu': 'The device is a PDU: it tells of its outlets.',
  'message.proposal.upsFeed': 'The device is a UPS, by the kind of its feed ({{feed}}).',
  'message.proposal.pduFeed': 'The device is a PDU, by the kind of its feed ({{feed}}).',
  'message.proposal.controller': 'It is read from the management controller of {{node}} ({{host}}).',
  'message.proposal.supply': 'Its feed is set to count as a branch of the supply.',
  'message.proposal.twin': 'It is called like {{meter}}, which stands there: the other of two supplies.',
  'message.proposal.curve':
    'Its power goes with that of {{place}}: r = {{r}} over {{n}} moments of the last {{hours}} h, slope {{slope}}, {{ratio}} times its level.',
  'message.proposal.curveLag':
    'Its power goes with that of {{place}}: r = {{r}} over {{n}} moments of the last {{hours}} h, slope {{slope}}, {{ratio}} times its level, {{lagMin}} min apart.',
  'message.proposal.curveShared': 'Its power goes with that of {{place}} (r = {{r}}), as it does with others’.',
  'message.proposal.lie': 'Its name says {{place}}, but its power does not follow it (r = {{r}} over {{n}} moments).',
} as const;
