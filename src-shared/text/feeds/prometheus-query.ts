/** What a Prometheus server is asked for, and why it gives nothing, in English. */
export const prometheusQueryTexts = {
  'message.feed.prometheusQuery': 'Prometheus server',
  'message.query.urlHelp': 'As it stands before /api/v1: http://host:9090',
  'message.query.exporter': 'Exporter',
  'message.query.dcgm': 'DCGM: NVIDIA GPUs',
  'message.query.node': 'node_exporter: machines',
  'message.query.ipmi': 'ipmi_exporter: power, temperatures and fans',
  'message.query.snmp': 'snmp_exporter: UPSes and rack PDUs',
  'message.query.own': 'Queries of my own',
  'message.query.points': 'Queries',
  'message.query.pointsHelp':
    'One a line: what it is, the query, the label that names the part where it gives several. For example: power sum(pdu_watts{room="a"}); energy.import meter_kwh_total by=meter unit=kWh',
  'message.query.staleHelp': 'How old a stored sample may be; one that misses two of its own samples has ended anyway',
  'message.query.refused': '{{host}} refuses the query {{query}}: {{why}}',
  'message.query.noServer': 'What {{host}} answers is not of a Prometheus server. Check the address.',
  'message.query.nothing': '{{host}} has nothing for {{query}}. Check that the exporter is scraped.',
  'message.query.empty': 'The server has nothing for {{query}}',
  'message.query.several':
    '{{query}} gives {{count}} series that nothing tells apart. Name labels with by=LABEL+LABEL, or add them up with sum(). There are: {{labels}}',
  'message.query.clock': 'The server’s clock is {{seconds}} s ahead of this machine’s. Set one of them.',
  'message.query.warned': '{{found}}. The server warns: {{warned}}',
} as const;
