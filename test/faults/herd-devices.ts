import { connect, type ConnectionOptions } from 'node:tls';

// A process of its own: a thousand devices that come back over TLS, each again and again until it is in.
const { host, port, ca, count, secretPrefix } = JSON.parse(process.argv[2]!) as {
  host: string;
  port: number;
  ca: string;
  count: number;
  secretPrefix: string;
};
const retryMinMs = 500;
const retryMaxMs = 2000;
const giveUpAfterMs = 10_000;

let inside = 0;
let attempts = 0;
const startedAt = performance.now();
const context: ConnectionOptions = { host, port, ca };

/** MQTT 3.1.1, clean session, keepalive 60 s, client id and user name alike. */
function connectPacket(id: string): Buffer {
  const field = (text: string): Buffer[] => [
    Buffer.of(text.length >> 8, text.length & 0xff),
    Buffer.from(text),
  ];
  const body = Buffer.concat([
    ...field('MQTT'),
    Buffer.of(4, 0xc2, 0, 60),
    ...[id, id, `${secretPrefix}${id}`].flatMap(field),
  ]);
  return Buffer.concat([Buffer.of(0x10, body.length), body]);
}

function come(id: string): void {
  attempts++;
  let isIn = false;
  const socket = connect(context);
  const late = setTimeout(() => socket.destroy(), giveUpAfterMs);
  socket.on('secureConnect', () => socket.write(connectPacket(id)));
  socket.on('data', (data: Buffer) => {
    // CONNACK, accepted.
    if (data.toString('hex') !== '20020000') return;
    isIn = true;
    clearTimeout(late);
    inside++;
    if (inside === count) process.send?.({ tookMs: performance.now() - startedAt, attempts });
  });
  socket.on('error', () => {});
  socket.on('close', () => {
    clearTimeout(late);
    if (isIn) inside--;
    setTimeout(come, retryMinMs + Math.random() * (retryMaxMs - retryMinMs), id);
  });
}
for (let i = 0; i < count; i++) come(`device-${i}`);
