import type { Log } from '@hearth/part';
import type { Aedes, PublishPacket } from 'aedes';

/** Publishes a message of the broker itself, as JSON. */
export function publishOwn(
  aedes: Aedes,
  topic: string,
  message: object,
  qos: 0 | 1,
  log: Log,
  retain = false,
): void {
  const packet: PublishPacket = {
    cmd: 'publish',
    topic,
    payload: JSON.stringify(message),
    qos,
    retain,
    dup: false,
  };
  aedes.publish(packet, (error) => {
    if (error) log.error({ err: error, topic }, 'could not publish');
  });
}
