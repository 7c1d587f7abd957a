/** The XML report of `nvidia-smi -q -x`, as the drivers of 515, 535 and 590 write it. */

export const uuidOf = (card) => `GPU-00000000-0000-4000-8000-${String(card).padStart(6, '0')}000000`;
export const busOf = (card) => (0x1b + card * 0x10).toString(16).toUpperCase().padStart(2, '0');

export const NA = 'N/A';
export const DEPRECATED = 'Requested functionality has been deprecated';
export const HUGE = '18446744073709551615';

/** An element with its children, or with its text; [name, value][] keeps order and repeated names. */
const element = (name, content, depth) => {
  const tab = '\t'.repeat(depth);
  if (!Array.isArray(content)) return `${tab}<${name}>${content}</${name}>\n`;
  return `${tab}<${name}>\n${content.map(([child, value]) => element(child, value, depth + 1)).join('')}${tab}</${name}>\n`;
};
const same = (names, value) => names.map((name) => [name, value]);

/** Workstation cards list some fourteen memory clocks, so that eight reports pass 1 MiB. */
const clocks = (max, memory) =>
  Array.from({ length: 14 }, (_, block) => [
    'supported_mem_clock',
    [
      ['value', `${memory - 100 * block} MHz`],
      ...Array.from({ length: 180 }, (_, step) => ['supported_graphics_clock', `${max - 7 * step} MHz`]),
    ],
  ]);

const eventReasons = (prefix) => [
  `clocks_${prefix}_reasons`,
  same(
    [
      'gpu_idle',
      'applications_clocks_setting',
      'sw_power_cap',
      'hw_slowdown',
      'hw_thermal_slowdown',
      'hw_power_brake_slowdown',
      'sync_boost',
      'sw_thermal_slowdown',
      'display_clocks_setting',
    ].map((reason) => `clocks_${prefix}_reason_${reason}`),
    'Not Active',
  ),
];

export const power535 = (draw, limit) => [
  [
    'gpu_power_readings',
    [
      ['power_state', 'P0'],
      ['power_draw', draw],
      ['current_power_limit', limit],
      ['requested_power_limit', limit],
      ['default_power_limit', limit],
      ['min_power_limit', '200.00 W'],
      ['max_power_limit', limit],
    ],
  ],
  [
    'module_power_readings',
    [
      ['power_state', 'P0'],
      ...same(
        ['power_draw', 'current_power_limit', 'requested_power_limit', 'default_power_limit', 'min_power_limit', 'max_power_limit'],
        NA,
      ),
    ],
  ],
];
export const power590 = (average, instant, limit) => [
  [
    'gpu_power_readings',
    [
      ['power_state', DEPRECATED],
      ['average_power_draw', average],
      ['instant_power_draw', instant],
      ['current_power_limit', limit],
      ['requested_power_limit', limit],
      ['default_power_limit', limit],
      ['min_power_limit', '250.00 W'],
      ['max_power_limit', '325.00 W'],
    ],
  ],
  ['gpu_memory_power_readings', same(['average_power_draw', 'instant_power_draw'], NA)],
  [
    'module_power_readings',
    [
      ['power_state', DEPRECATED],
      ...same(['average_power_draw', 'instant_power_draw', 'current_power_limit', 'requested_power_limit'], NA),
    ],
  ],
];
export const power515 = (draw, limit) => [
  [
    'power_readings',
    [
      ['power_state', 'P0'],
      ['power_management', 'Supported'],
      ['power_draw', draw],
      ['power_limit', limit],
      ['default_power_limit', limit],
      ['enforced_power_limit', limit],
      ['min_power_limit', '60.00 W'],
      ['max_power_limit', limit],
    ],
  ],
];

/** One <gpu>; `fields` are the values this product reads. */
export const gpu = (index, fields) => {
  const bus = busOf(index);
  const id = `00000000:${bus}:00.0`;
  const content = [
    ['product_name', fields.name],
    ['product_brand', 'NVIDIA'],
    ['product_architecture', fields.architecture],
    ['display_mode', 'Enabled'],
    ['display_active', 'Disabled'],
    ['persistence_mode', 'Enabled'],
    ['addressing_mode', 'None'],
    [
      'mig_mode',
      [
        ['current_mig', 'Disabled'],
        ['pending_mig', 'Disabled'],
      ],
    ],
    ['mig_devices', '\n\t\t\tNone\n\t\t'],
    ['accounting_mode', 'Disabled'],
    ['accounting_mode_buffer_size', '4000'],
    [
      'driver_model',
      [
        ['current_dm', NA],
        ['pending_dm', NA],
      ],
    ],
    ['serial', `16525${String(index).padStart(8, '0')}`],
    ['uuid', fields.uuid ?? uuidOf(index)],
    ['minor_number', String(index)],
    ['vbios_version', '96.00.74.00.01'],
    ['multigpu_board', 'No'],
    ['board_id', `0x${bus.toLowerCase()}00`],
    [
      'inforom_version',
      [
        ['img_version', 'G520.0200.00.05'],
        ['oem_object', '2.1'],
        ['ecc_object', '7.16'],
        ['pwr_object', NA],
      ],
    ],
    [
      'gpu_operation_mode',
      [
        ['current_gom', NA],
        ['pending_gom', NA],
      ],
    ],
    [
      'gpu_virtualization_mode',
      [
        ['virtualization_mode', 'None'],
        ['host_vgpu_mode', NA],
      ],
    ],
    [
      'pci',
      [
        ['pci_bus', bus],
        ['pci_device', '00'],
        ['pci_domain', '0000'],
        ['pci_device_id', '233010DE'],
        ['pci_bus_id', id],
        ['pci_sub_system_id', '16C110DE'],
        ['tx_util', '0 KB/s'],
        ['rx_util', '0 KB/s'],
      ],
    ],
    ['fan_speed', fields.fan],
    ['performance_state', 'P0'],
    eventReasons(fields.oldNames ? 'throttle' : 'event'),
    [
      'fb_memory_usage',
      [
        ['total', fields.memoryTotal],
        ['reserved', '551 MiB'],
        ['used', fields.memoryUsed],
        ['free', NA],
      ],
    ],
    [
      'bar1_memory_usage',
      [
        ['total', '131072 MiB'],
        ['used', '1 MiB'],
        ['free', '131071 MiB'],
      ],
    ],
    ['compute_mode', 'Default'],
    [
      'utilization',
      [
        ['gpu_util', fields.load],
        ['memory_util', fields.memoryLoad],
        ['encoder_util', '0 %'],
        ['decoder_util', '0 %'],
      ],
    ],
    [
      'ecc_mode',
      [
        ['current_ecc', 'Enabled'],
        ['pending_ecc', 'Enabled'],
      ],
    ],
    [
      'temperature',
      [
        ['gpu_temp', fields.temperature],
        ['gpu_temp_max_threshold', '95 C'],
        ['gpu_temp_slow_threshold', '90 C'],
        ['memory_temp', NA],
      ],
    ],
    ...fields.power,
    [
      'clocks',
      [
        ['graphics_clock', fields.clock],
        ['sm_clock', fields.clock],
        ['mem_clock', fields.memoryClock],
        ['video_clock', fields.clock],
      ],
    ],
    ['applications_clocks', same(['graphics_clock', 'mem_clock'], DEPRECATED)],
    [
      'max_clocks',
      [
        ['graphics_clock', '1980 MHz'],
        ['sm_clock', '1980 MHz'],
        ['mem_clock', '2619 MHz'],
        ['video_clock', '1545 MHz'],
      ],
    ],
    ['voltage', [['graphics_volt', NA]]],
    ['supported_clocks', clocks(1980, 2619)],
    [
      'processes',
      index === 0
        ? [
            [
              'process_info',
              [
                ['gpu_instance_id', NA],
                ['compute_instance_id', NA],
                ['pid', '4711'],
                ['type', 'C'],
                ['process_name', 'python train.py --name &quot;a &amp; b&quot;'],
                ['used_memory', '1024 MiB'],
              ],
            ],
          ]
        : '\n\t\t',
    ],
  ];
  return `\t<gpu id="${id}">\n${content.map(([name, value]) => element(name, value, 2)).join('')}\t</gpu>\n\n`;
};

export const report = ({ driver, schema = 12, gpus }) =>
  `<?xml version="1.0" ?>\n<!DOCTYPE nvidia_smi_log SYSTEM "nvsmi_device_v${schema}.dtd">\n<nvidia_smi_log>\n` +
  `\t<timestamp>${new Date().toUTCString()}</timestamp>\n\t<driver_version>${driver}</driver_version>\n\t<cuda_version>12.2</cuda_version>\n` +
  `\t<attached_gpus>${gpus.length}</attached_gpus>\n${gpus.join('')}</nvidia_smi_log>\n`;
