import { connect, type Socket } from 'node:net';
import { once } from 'node:events';

/** A connection to PostgreSQL: no more of its protocol than the bench needs, and nothing of a driver's to measure. */
export interface PostgresLink extends Disposable {
  /** Statements without parameters and results. */
  execute(sql: string): Promise<void>;
  /** Rows of float8 columns, as binary; each value is to be cast to it. */
  columns(sql: string, width: number): Promise<Float64Array[]>;
  /** `COPY … FROM STDIN (FORMAT binary)` with these bytes. */
  copy(sql: string, body: Uint8Array): Promise<void>;
}

const types = { error: 'E', dataRow: 'D', readyForQuery: 'Z', copyIn: 'G' } as const;

/** Connects as `user` to the database `postgres`, where nobody is asked for a password. */
export async function openPostgres(port: number, user: string): Promise<PostgresLink> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  await once(socket, 'connect');
  const parameters = `user\0${user}\0database\0postgres\0\0`;
  const start = Buffer.alloc(8 + parameters.length);
  start.writeUInt32BE(start.length, 0);
  // Version 3.0 of the protocol.
  start.writeUInt32BE(3 << 16, 4);
  start.write(parameters, 8);
  const exchange = createExchange(socket);
  await exchange(start, () => undefined);
  const query = (sql: string): Buffer => message('Q', text(sql));

  return {
    execute: (sql) => exchange(query(sql), () => undefined),
    async columns(sql, width) {
      const rows: number[] = [];
      await exchange(extended(sql), (type, body) => {
        if (type !== types.dataRow) return;
        // Count of columns, then length and bytes of each.
        for (let i = 0, at = 6; i < width; i++, at += 12) rows.push(body.readDoubleBE(at));
      });
      const count = rows.length / width;
      return Array.from({ length: width }, (_, column) =>
        Float64Array.from({ length: count }, (_unused, row) => rows[row * width + column]!),
      );
    },
    copy: (sql, body) =>
      exchange(query(sql), (type) => {
        if (type === types.copyIn) socket.write(Buffer.concat([message('d', body), message('c', text(''))]));
      }),
    [Symbol.dispose]: () => void socket.end(message('X', Buffer.alloc(0))),
  };
}

/** Parse, Bind with all results binary, Execute, Sync: one statement in one go. */
function extended(sql: string): Buffer {
  return Buffer.concat([
    message('P', Buffer.concat([text(''), text(sql), Buffer.alloc(2)])),
    message('B', Buffer.from([0, 0, 0, 0, 0, 0, 0, 1, 0, 1])),
    message('E', Buffer.alloc(5)),
    message('S', Buffer.alloc(0)),
  ]);
}

const text = (words: string): Buffer => Buffer.from(`${words}\0`);

function message(type: string, body: Uint8Array): Buffer {
  const head = Buffer.alloc(5);
  head.write(type);
  head.writeUInt32BE(body.length + 4, 1);
  return Buffer.concat([head, body]);
}

/** Sends, and gives each message of the answer until the server is ready again. Exchanges wait for each other. */
function createExchange(
  socket: Socket,
): (bytes: Uint8Array, see: (type: string, body: Buffer) => void) => Promise<void> {
  let rest = Buffer.alloc(0);
  let onMessage: (type: string, body: Buffer) => void = () => undefined;
  let onLost: (error: Error) => void = () => undefined;
  socket.on('error', (error) => onLost(error));
  socket.on('close', () => onLost(new Error('PostgreSQL closed the connection')));
  socket.on('data', (chunk) => {
    rest = rest.length > 0 ? Buffer.concat([rest, chunk]) : chunk;
    let at = 0;
    while (rest.length - at >= 5) {
      const end = at + 1 + rest.readUInt32BE(at + 1);
      if (end > rest.length) break;
      onMessage(String.fromCharCode(rest[at]!), rest.subarray(at + 5, end));
      at = end;
    }
    rest = rest.subarray(at);
  });
  let last: Promise<void> = Promise.resolve();
  const exchange = (bytes: Uint8Array, see: typeof onMessage): Promise<void> =>
    new Promise((resolve, reject) => {
      let failure: Error | null = null;
      onLost = reject;
      onMessage = (type, body) => {
        if (type === types.error) failure = new Error(body.toString().replaceAll('\0', ' '));
        see(type, body);
        if (type !== types.readyForQuery) return;
        if (failure) reject(failure);
        else resolve();
      };
      socket.write(bytes);
    });
  return async (bytes, see) => {
    const before = last;
    const { promise, resolve } = Promise.withResolvers<void>();
    last = promise;
    await before;
    await exchange(bytes, see).finally(resolve);
  };
}
