// Other people's devices: messages of other software in; manifests, readings and requests out.
import type { Adapter } from './adapter.ts';
import { homeAssistant } from './home-assistant/home-assistant.ts';
import { rtl433 } from './rtl-433.ts';
import { shelly } from './shelly.ts';
import { shellyGen1 } from './shelly-gen1.ts';
import { tasmota } from './tasmota.ts';
import { zigbee2mqtt } from './zigbee2mqtt.ts';

export { gatewayTopics } from './gateway-topics.ts';
export type {
  Adapter,
  AdapterMessage,
  AdapterSession,
  Measured,
  Outgoing,
  Question,
  Said,
} from './adapter.ts';

/** Every adapter there is. */
export const adapters: readonly Adapter[] = [rtl433, zigbee2mqtt, shelly, shellyGen1, tasmota, homeAssistant];
