/** What an admin's filters begin with. */
export const sysPrefix = '$SYS/';

/**
 * What the broker tells admins of itself, under the names that Mosquitto gave them, so that its tools
 * understand. The broker library has more below `$SYS`, client ids among it: that reaches nobody.
 * @see mosquitto(8), "Broker status"
 */
export const sysTopics = {
  /** `3600 seconds` since the start. */
  uptime: '$SYS/broker/uptime',
  /** Connections that have shown a credential. */
  connections: '$SYS/broker/clients/connected',
  /** PUBLISH packets of clients since the start. */
  received: '$SYS/broker/publish/messages/received',
  /** PUBLISH packets to clients since the start. */
  sent: '$SYS/broker/publish/messages/sent',
  /** Messages kept for clients that have not acknowledged them. */
  queued: '$SYS/broker/store/messages/count',
} as const;

const all: ReadonlySet<string> = new Set(Object.values(sysTopics));

/** Whether this is one of the topics that admins may hear. */
export function isSysTopic(topic: string): boolean {
  return all.has(topic);
}
