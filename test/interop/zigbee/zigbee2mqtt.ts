import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { DeviceCredential } from '@hearth/contract';
import { start, type Program } from '../programs.ts';
import { network } from './dongle.ts';

/** Where Zigbee2MQTT is, whom it speaks to, and what its devices are called, by IEEE address. */
interface Setting {
  software: string;
  folder: string;
  mqttUrl: string;
  gateway: DeviceCredential;
  donglePort: number;
  names: Readonly<Record<string, string>>;
}

/** Writes its configuration as docs/devices.md has it, with a dongle that is reached by TCP. */
export async function configureZigbee2mqtt(setting: Setting): Promise<void> {
  const { folder, mqttUrl, gateway, donglePort, names } = setting;
  const configuration = {
    version: 5,
    mqtt: { base_topic: 'zigbee2mqtt', server: mqttUrl, user: gateway.id, password: gateway.secret },
    serial: { port: `tcp://127.0.0.1:${donglePort}`, adapter: 'zstack' },
    advanced: {
      pan_id: network.panId,
      ext_pan_id: network.extendedPanId,
      network_key: network.networkKey,
      channel: network.channel,
      last_seen: 'ISO_8601',
      log_output: ['console'],
    },
    availability: { enabled: true },
    homeassistant: { enabled: false },
    frontend: { enabled: false },
    // A setpoint is published when the device says it, and not when it was sent.
    device_options: { optimistic: false },
    devices: Object.fromEntries(Object.entries(names).map(([ieee, name]) => [ieee, { friendly_name: name }])),
  };
  // YAML reads JSON.
  await writeFile(join(folder, 'configuration.yaml'), JSON.stringify(configuration));
}

/** Starts it in its folder: in one of git's it would take itself for a checkout, and build itself. */
export function startZigbee2mqtt({ software, folder }: Pick<Setting, 'software' | 'folder'>): Program {
  const index = join(software, 'node_modules/zigbee2mqtt/index.js');
  const env = { ZIGBEE2MQTT_DATA: folder, NODE_OPTIONS: '', NO_COLOR: '1' };
  return start(process.execPath, [index], { cwd: folder, env });
}
