import { execFileSync } from 'node:child_process';
import { createDecipheriv, createECDH, createPublicKey, hkdfSync, randomBytes, verify } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { mkdtempDisposable } from 'node:fs/promises';
import { createServer } from 'node:https';
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import type { ChannelPlace } from '@hearth/contract';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openDatabase } from '../database.ts';
import { openChannels } from './channels.ts';
import { testNotice } from './notice.ts';
import { openOutbox } from './outbox.ts';
import { openPushKeys } from './push.ts';
import { openAlertRecords } from './records.ts';
import { openSender } from './senders.ts';
import { beginAt } from './test-house.ts';

type PushPlace = Extract<ChannelPlace, { kind: 'push' }>;

const usualAuthorities = getCACertificates();
let tls: { key: Buffer; cert: Buffer };

beforeAll(async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'hearth-push-'));
  const { path } = folder;
  const [key, cert] = [join(path, 'key'), join(path, 'cert')];
  execFileSync(
    'openssl',
    `req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout ${key} -out ${cert} -days 2 -subj /CN=push -addext subjectAltName=IP:127.0.0.1`.split(
      ' ',
    ),
    { stdio: 'ignore' },
  );
  tls = { key: readFileSync(key), cert: readFileSync(cert) };
  setDefaultCACertificates([...usualAuthorities, tls.cert.toString()]);
});
afterAll(() => setDefaultCACertificates(usualAuthorities));

/** A push service with one browser subscribed at it, which decrypts what comes as browsers do. */
async function startPushService() {
  const came: { headers: IncomingHttpHeaders; body: Buffer }[] = [];
  let status = 201;
  const take = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    came.push({ headers: request.headers, body: await buffer(request) });
    response.writeHead(status).end();
  };
  const server = createServer(tls, (...both) => void take(...both)).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const origin = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const browser = createECDH('prime256v1');
  const p256dh = browser.generateKeys();
  const auth = randomBytes(16);
  return {
    came,
    origin,
    place: { kind: 'push', url: `${origin}/abc`, p256dh: p256dh.toString('base64url') } satisfies PushPlace,
    secret: auth.toString('base64url'),
    answer: (next: number) => void (status = next),
    /** @see RFC 8291, 3.4, and RFC 8188, 2 */
    decrypt(body: Buffer): unknown {
      const salt = body.subarray(0, 16);
      const idLength = body[20]!;
      const theirs = body.subarray(21, 21 + idLength);
      const record = body.subarray(21 + idLength);
      const info = Buffer.concat([Buffer.from('WebPush: info\0'), p256dh, theirs]);
      const ikm = Buffer.from(hkdfSync('sha256', browser.computeSecret(theirs), auth, info, 32));
      const derive = (name: string, length: number) =>
        Buffer.from(hkdfSync('sha256', ikm, salt, `Content-Encoding: ${name}\0`, length));
      const cipher = createDecipheriv('aes-128-gcm', derive('aes128gcm', 16), derive('nonce', 12), {
        authTagLength: 16,
      });
      cipher.setAuthTag(record.subarray(-16));
      const plain = Buffer.concat([cipher.update(record.subarray(0, -16)), cipher.final()]);
      return JSON.parse(plain.subarray(0, plain.lastIndexOf(2)).toString());
    },
    [Symbol.asyncDispose]: () => new Promise<void>((resolve) => void server.close(() => resolve())),
  };
}

/** What channels and keys are kept in. */
async function openKept() {
  await using parts = new AsyncDisposableStack();
  const { path } = parts.use(await mkdtempDisposable(join(tmpdir(), 'hearth-push-')));
  const db = parts.adopt(openDatabase(path), (opened) => void opened.close());
  const kept = parts.move();
  return { db, keyFile: join(path, 'key'), [Symbol.asyncDispose]: () => kept.disposeAsync() };
}

/** The VAPID token is signed by the key that it names. @see RFC 8292, 2 */
function claimsOf(authorization = ''): { key: string; claims: Record<string, unknown> } {
  const [, token = '', key = ''] = /^vapid t=([\w.-]+), k=([\w-]+)$/.exec(authorization) ?? [];
  const [head, claims = '', signature = ''] = token.split('.');
  const point = Buffer.from(key, 'base64url');
  const [x, y] = [point.subarray(1, 33).toString('base64url'), point.subarray(33).toString('base64url')];
  const publicKey = createPublicKey({ key: { kty: 'EC', crv: 'P-256', x, y }, format: 'jwk' });
  const isRight = verify(
    'sha256',
    Buffer.from(`${head}.${claims}`),
    { key: publicKey, dsaEncoding: 'ieee-p1363' },
    Buffer.from(signature, 'base64url'),
  );
  expect(isRight).toBe(true);
  return { key, claims: JSON.parse(Buffer.from(claims, 'base64url').toString()) };
}

test('a browser that subscribed decrypts what is pushed, and its service knows whom it is from', async () => {
  await using service = await startPushService();
  await using kept = await openKept();
  const { db, keyFile } = kept;
  const pushKeys = openPushKeys(db, keyFile);
  const send = openSender({ pushKeys, tellHomeAssistant: null });
  await send(service.place, service.secret, testNotice(beginAt), beginAt);
  const { headers, body } = service.came[0]!;
  expect(service.decrypt(body)).toEqual({
    title: 'Test: alerts of Hearth arrive here',
    text: expect.stringContaining('nothing to do'),
    tag: 'test',
  });
  expect(headers).toMatchObject({ 'content-encoding': 'aes128gcm', ttl: '86400', urgency: 'low' });
  const { key, claims } = claimsOf(headers.authorization);
  expect(key).toBe(pushKeys().publicKey);
  expect(claims).toMatchObject({ aud: service.origin, sub: expect.stringMatching(/^mailto:/) });
  // The pair is the same after a start, and its private half is nowhere in clear.
  expect(openPushKeys(db, keyFile)()).toEqual(pushKeys());
  expect(db.serialize().includes(pushKeys().privateKey)).toBe(false);
});

test('a browser that takes none any more is sent nothing more, which is said, and its secret is erased', async () => {
  await using service = await startPushService();
  await using kept = await openKept();
  const { db, keyFile } = kept;
  const channels = openChannels(db, keyFile, () => beginAt);
  const place = { ...service.place, secret: service.secret };
  const { channel } = channels.add({ name: 'Phone', reach: 'all', place });
  const send = openSender({ pushKeys: openPushKeys(db, keyFile), tellHomeAssistant: null });
  const log = pino({ level: 'silent' });
  await using outbox = openOutbox({ db, channels, send, log, now: () => beginAt, onSent: () => {} });
  service.answer(503);
  expect(await outbox.test(channel.id)).toMatchObject({ goneAt: null, hasSecret: true });
  service.answer(410);
  expect(await outbox.test(channel.id)).toMatchObject({
    goneAt: beginAt,
    hasSecret: false,
    waiting: 0,
    last: { isSent: false, problem: 'The browser takes no notifications any more.' },
  });
  await outbox.test(channel.id);
  const finding = { subject: 'a', name: 'A', holds: true, why: 'It left.', causes: [] };
  openAlertRecords(db).apply([{ what: 'fired', kind: 'device-offline', finding, since: beginAt }], beginAt, {
    settings: { quiet: null, escalateMin: null },
    timeZone: 'UTC',
    maintenanceUntil: null,
  });
  expect(channels.get(channel.id)?.waiting).toBe(0);
  expect(service.came).toHaveLength(2);
});
