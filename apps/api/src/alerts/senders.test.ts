import type { ChannelPlace } from '@hearth/contract';
import { createHmac } from 'node:crypto';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';
import { expect, test } from 'vitest';
import { testNotice } from './notice.ts';
import { problemOf, openSender } from './senders.ts';
import { beginAt } from './test-house.ts';

const notice = testNotice(beginAt);
const send = openSender({
  pushKeys: () => {
    throw new Error('nothing here is pushed');
  },
  tellHomeAssistant: null,
});

/** A real HTTP server that keeps what came. */
async function startReceiver(status = 200, headers: Record<string, string> = {}) {
  const came: { path: string; headers: IncomingHttpHeaders; body: string }[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (piece: Buffer) => (body += piece.toString()));
    request.on('end', () => {
      came.push({ path: request.url!, headers: request.headers, body });
      response.writeHead(status, headers).end('{}');
    });
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const close = () => new Promise<void>((resolve) => void server.close(() => resolve()));
  return { url, came, [Symbol.asyncDispose]: close };
}

test.for<
  [name: string, place: (url: string) => ChannelPlace, path: string, auth: string | undefined, body: object]
>([
  [
    'ntfy',
    (url) => ({ kind: 'ntfy', url, topic: 'home' }),
    '/',
    'Bearer 12:s3cret',
    { topic: 'home', title: 'Test: alerts of Hearth arrive here', priority: 3 },
  ],
  [
    'Telegram',
    (url) => ({ kind: 'telegram', url, chatId: '-42' }),
    '/bot12:s3cret/sendMessage',
    undefined,
    { chat_id: '-42', text: expect.stringContaining('alerts of Hearth arrive here') },
  ],
])('%s: what is sent arrives', async ([, place, path, auth, body]) => {
  await using receiver = await startReceiver();
  await send(place(receiver.url), '12:s3cret', notice, beginAt);
  const [came] = receiver.came;
  expect(came?.path).toBe(path);
  expect(came?.headers.authorization).toBe(auth);
  expect(JSON.parse(came!.body)).toMatchObject(body);
});

test('Alertmanager is told when it began and an end that it keeps to', async () => {
  await using receiver = await startReceiver();
  await send({ kind: 'alertmanager', url: receiver.url }, undefined, notice, beginAt);
  expect(receiver.came[0]?.path).toBe('/api/v2/alerts');
  const [alert] = JSON.parse(receiver.came[0]!.body) as Record<string, string>[];
  expect(alert).toMatchObject({
    labels: { alertname: 'hearth-test', severity: 'note' },
    startsAt: '2026-11-02T12:00:00.000Z',
    endsAt: '2026-12-02T12:00:00.000Z',
  });
});

test('a webhook has a signature that its receiver can verify', async () => {
  await using receiver = await startReceiver();
  const key = Buffer.alloc(32, 7);
  await send({ kind: 'webhook', url: receiver.url }, `whsec_${key.toString('base64')}`, notice, beginAt);
  const { headers, body } = receiver.came[0]!;
  const signedContent = `${String(headers['webhook-id'])}.${String(headers['webhook-timestamp'])}.${body}`;
  const expected = createHmac('sha256', key).update(signedContent).digest('base64');
  expect(headers['webhook-signature']).toBe(`v1,${expected}`);
  expect(headers['webhook-timestamp']).toBe(String(beginAt / 1000));
  expect(JSON.parse(body)).toMatchObject({ type: 'alert.test', data: { severity: 'note' } });
});

test('an e-mail arrives', async () => {
  const mails: string[] = [];
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    allowInsecureAuth: true,
    onAuth: ({ username, password }, _, done) =>
      password === 's3cret' ? done(null, { user: username }) : done(new Error('wrong password')),
    onData: (stream, _, done) => {
      let mail = '';
      stream.on('data', (piece: Buffer) => (mail += piece.toString()));
      stream.on('end', () => {
        mails.push(mail);
        done();
      });
    },
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', () => resolve()));
  const { port } = server.server.address() as AddressInfo;
  const place: ChannelPlace = {
    kind: 'email',
    host: '127.0.0.1',
    port,
    security: 'none',
    user: 'hearth',
    from: 'hearth@example.org',
    to: 'ada@example.org',
  };
  await send(place, 's3cret', notice, beginAt);
  expect(mails).toEqual([expect.stringContaining('Subject: Test: alerts of Hearth arrive here')]);
  const refused = await send(place, 'wr0ng', notice, beginAt).catch((error: unknown) =>
    problemOf(error, 'wr0ng'),
  );
  expect(refused).toMatch(/wrong password|Invalid login/);
  await new Promise<void>((resolve) => server.close(() => resolve()));
});

test('nobody is followed to another address, and a secret is in no problem', async () => {
  await using other = await startReceiver();
  await using receiver = await startReceiver(307, { location: other.url });
  const place: ChannelPlace = { kind: 'ntfy', url: receiver.url, topic: 'home' };
  const problem = await send(place, 's3cret', notice, beginAt).catch((error: unknown) =>
    problemOf(error, 's3cret'),
  );
  expect(problem).toBe('It answered 307: it sends elsewhere.');
  expect(other.came).toEqual([]);
  expect(problemOf(new Error('bad url /bots3cret/'), 's3cret')).toBe('bad url /bot…/');
});
