/** The doors that a start opens, or a check of a device: the variable of each port, and that of the address it is on. */
const doors = [
  { port: 'HEARTH_HTTP_PORT', host: 'HEARTH_HTTP_HOST' },
  { port: 'HEARTH_MQTT_PORT', host: 'HEARTH_MQTT_HOST' },
  { port: 'HEARTH_MQTT_WS_PORT', host: 'HEARTH_MQTT_HOST' },
  { port: 'HEARTH_MQTTS_PORT', host: 'HEARTH_MQTTS_HOST' },
  { port: 'HEARTH_MQTT_WSS_PORT', host: 'HEARTH_MQTTS_HOST' },
  { port: 'HEARTH_MQTT_MTLS_PORT', host: 'HEARTH_MQTTS_HOST' },
  { port: 'HEARTH_KIT_PORT', host: 'HEARTH_KIT_HOST' },
];
const everywhere = new Set(['0.0.0.0', '::']);

/**
 * One line for two doors that were given the same port, null when there are none. The system would name only the one
 * that comes second. 0 takes a free port.
 * @param settings what the parts that will be started have read
 */
export function portClash(settings: Readonly<Record<string, string | number | undefined>>): string | null {
  for (const [n, door] of doors.entries()) {
    const port = settings[door.port];
    if (!port) continue;
    const other = doors.slice(n + 1).find((each) => settings[each.port] === port && isSamePlace(door, each));
    if (other) return `${door.port} and ${other.port} are both ${port}: give each a port of its own`;
  }
  return null;

  function isSamePlace(a: { host: string }, b: { host: string }): boolean {
    const [first, second] = [String(settings[a.host]), String(settings[b.host])];
    return first === second || everywhere.has(first) || everywhere.has(second);
  }
}
