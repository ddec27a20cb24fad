import type { Entry } from './log.ts';

const payloadMax = 160;

/** Of a packet, what a person wants to see; null for nothing. */
function words({ packet, words: said }: Entry): string {
  if (packet?.cmd === 'connect') {
    const { clientId, username, keepalive, clean, protocolVersion, will } = packet;
    const last = will && ` will ${will.topic.split('/').at(-1)} ${will.payload.toString()}`;
    return `${clientId} user ${username ?? 'none'} keepalive ${keepalive} s version ${protocolVersion}${clean ? ' clean' : ''}${last ?? ', no will'}`;
  }
  if (packet?.cmd === 'publish')
    return `${packet.topic} QoS ${packet.qos}${packet.retain ? ' retained' : ''}${packet.dup ? ' again' : ''} ${packet.payload.toString()}`;
  if (packet?.cmd === 'subscribe')
    return packet.subscriptions.map(({ topic, qos }) => `${topic} QoS ${qos}`).join(', ');
  if (packet?.cmd === 'connack') return `code ${packet.returnCode ?? packet.reasonCode}`;
  if (packet?.cmd === 'suback') return packet.granted.map(Number).join(', ');
  return said ?? (packet?.messageId === undefined ? '' : String(packet.messageId));
}

/**
 * The newest of what happened, at most `linesMax`, a line each: seconds of the run, number of the connection, direction, packet. Secrets are
 * left out, and long payloads are cut.
 */
export function evidenceLines(entries: readonly Entry[], secret: string, linesMax: number): string[] {
  return entries.slice(-linesMax).map((entry) => {
    const text = words(entry)
      .replaceAll(secret, '(secret)')
      // What a device sends is shown, and must not steer a terminal.
      .replaceAll(/[^\x20-\x7e\u00a0-\uffff]/g, '·');
    const cut = text.length > payloadMax ? `${text.slice(0, payloadMax)}…` : text;
    const arrow = entry.from === 'device' ? '▸' : '◂';
    return `${(entry.at / 1000).toFixed(3).padStart(9)} s  #${entry.link} ${arrow} ${entry.what} ${cut}`.trimEnd();
  });
}
