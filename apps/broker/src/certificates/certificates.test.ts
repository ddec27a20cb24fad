import { createLog, StartError } from '@hearth/part';
import { X509Certificate } from 'node:crypto';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { connect as connectTls } from 'node:tls';
import { expect, test, vi } from 'vitest';
import { createTlsStage } from '../listeners/tls.ts';
import { listen } from '../listeners/listen.ts';
import { temporaryFolder } from '../testing.ts';
import { openCertificates, type CertificatesOptions } from './certificates.ts';
import { serverNames } from './names.ts';
import { CertificateRequestError } from './request-error.ts';
import { makeAuthority, signServer } from './sign.ts';
import { openSigning } from './signing.ts';

const dayMs = 86_400_000;
const start = Date.UTC(2026, 10, 22);

function world(folder: string) {
  const at = {
    now: start,
    names: { dns: ['box', 'box.local', 'localhost'], ip: ['127.0.0.1', '192.168.1.10'] },
  };
  const options: CertificatesOptions = {
    folder: join(folder, 'certificates'),
    now: () => at.now,
    names: () => at.names,
    own: null,
    log: createLog('broker', 'silent'),
  };
  return { at, options };
}

test('the first start makes an authority for ten years and a server certificate for 90 days, and later starts keep both', async () => {
  using folder = temporaryFolder();
  const { options } = world(folder.path);
  const first = await openCertificates(options);
  const authority = new X509Certificate(first.authority);
  expect(authority.validToDate.getTime()).toBe(start + 3650 * dayMs);
  const server = new X509Certificate(first.server.certificate);
  expect(server.verify(authority.publicKey)).toBe(true);
  expect(server.validToDate.getTime()).toBe(start + 90 * dayMs);
  for (const name of ['box', 'box.local', 'localhost']) expect(server.checkHost(name)).toBe(name);
  expect(server.checkIP('192.168.1.10')).toBe('192.168.1.10');
  expect(server.keyUsage).toEqual(['1.3.6.1.5.5.7.3.1']);
  const second = await openCertificates(options);
  expect(second.server).toEqual(first.server);
  expect(second.authority).toBe(first.authority);
});

test('the server certificate is renewed with 30 days left, and when the addresses change', async () => {
  using folder = temporaryFolder();
  const { at, options } = world(folder.path);
  const certificates = await openCertificates(options);
  const { authority } = certificates;
  const changes: string[] = [];
  const check = () =>
    certificates.check(({ certificate }) => changes.push(new X509Certificate(certificate).validTo));
  at.now = start + 60 * dayMs;
  await check();
  expect(changes).toEqual([]);
  at.now += 1000;
  await check();
  expect(changes).toHaveLength(1);
  at.names = { ...at.names, ip: ['127.0.0.1', '192.168.1.11'] };
  await check();
  await check();
  expect(changes).toHaveLength(2);
  expect(new X509Certificate(certificates.server.certificate).checkIP('192.168.1.11')).toBe('192.168.1.11');
  expect(certificates.authority).toBe(authority);
});

test('a device’s certificate bears its name as URI, with the key of its request or a fresh one', async () => {
  using folder = temporaryFolder();
  const certificates = await openCertificates(world(folder.path).options);
  const { certificate, key, sha256 } = await certificates.signFreshKey('lamp');
  const fresh = new X509Certificate(certificate);
  expect(fresh.subjectAltName).toBe('URI:urn:hearth:device:lamp');
  expect(fresh.verify(new X509Certificate(certificates.authority).publicKey)).toBe(true);
  expect(fresh.fingerprint256.replaceAll(':', '').toLowerCase()).toBe(sha256);
  expect(fresh.keyUsage).toEqual(['1.3.6.1.5.5.7.3.2']);
  expect(key).toMatch(/^-----BEGIN PRIVATE KEY-----/);

  const { Pkcs10CertificateRequestGenerator } = await import('@peculiar/x509');
  const keys = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, [
    'sign',
    'verify',
  ]);
  const signingAlgorithm = { name: 'ECDSA', hash: 'SHA-256' };
  const request = await Pkcs10CertificateRequestGenerator.create({
    name: 'CN=boiler',
    keys,
    signingAlgorithm,
  });
  const signed = await certificates.signRequest('lamp', request.toString('pem'));
  const asked = new X509Certificate(signed.certificate);
  expect(asked.subject).toBe('CN=lamp');
  expect(asked.subjectAltName).toBe('URI:urn:hearth:device:lamp');
  expect(Buffer.from(await crypto.subtle.exportKey('spki', keys.publicKey))).toEqual(
    asked.publicKey.export({ type: 'spki', format: 'der' }),
  );
  const bytes = Buffer.from(request.rawData);
  bytes[bytes.length - 5]! ^= 1;
  for (const wrong of ['', 'hello', bytes.toString('base64')]) {
    const refused = certificates.signRequest('lamp', wrong);
    await expect(refused).rejects.toThrow(/PKCS #10/);
    await expect(refused).rejects.toBeInstanceOf(CertificateRequestError);
  }
});

test('what signs goes when there was nothing to sign for a while, and comes back', async () => {
  const signing = openSigning(50);
  const validity = { notBefore: new Date(start), notAfter: new Date(start + dayMs) };
  const authority = await signing.makeAuthority('First', validity);
  expect(signing.isThere()).toBe(true);
  await vi.waitFor(() => expect(signing.isThere()).toBe(false));
  const { certificate } = await signing.signServer(authority, { dns: ['box'], ip: [] }, validity);
  expect(new X509Certificate(certificate).issuer).toBe('CN=First');
});

test('the owner’s own certificate is used, and read again when it has changed', async () => {
  using folder = temporaryFolder();
  const { options } = world(folder.path);
  const validity = { notBefore: new Date(start), notAfter: new Date(start + dayMs) };
  const authority = await makeAuthority('Own', validity);
  const own = { certificateFile: join(folder.path, 'own.crt'), keyFile: join(folder.path, 'own.key') };
  const write = async () => {
    const pair = await signServer(authority, { dns: ['own.example'], ip: [] }, validity);
    writeFileSync(own.certificateFile, pair.certificate);
    writeFileSync(own.keyFile, pair.key);
    return pair;
  };
  await expect(openCertificates({ ...options, own })).rejects.toThrow(StartError);
  const first = await write();
  const certificates = await openCertificates({ ...options, own });
  expect(certificates.server).toEqual(first);
  const changes: unknown[] = [];
  const second = await write();
  writeFileSync(own.keyFile, first.key);
  await certificates.check((server) => changes.push(server));
  expect(changes).toEqual([]);
  writeFileSync(own.keyFile, second.key);
  await certificates.check((server) => changes.push(server));
  expect(changes).toEqual([second]);
  writeFileSync(own.certificateFile, 'not PEM');
  await expect(openCertificates({ ...options, own })).rejects.toThrow(/HEARTH_TLS_CERT_FILE/);
});

test('an authority whose files do not belong together stops the start with a sentence', async () => {
  using folder = temporaryFolder();
  const { options } = world(folder.path);
  await openCertificates(options);
  writeFileSync(join(options.folder, 'ca.key'), readFileSync(join(options.folder, 'server.key')));
  await expect(openCertificates(options)).rejects.toThrow(/do not belong together/);
  rmSync(join(options.folder, 'server.key'));
});

test('a new certificate is shown to new connections, and open ones go on', async () => {
  using folder = temporaryFolder();
  const { at, options } = world(folder.path);
  const certificates = await openCertificates(options);
  const context = () => ({ cert: certificates.server.certificate, key: certificates.server.key });
  const guest = { serve: () => {}, know: () => {} };
  using stage = createTlsStage({
    context: context(),
    clientAuthority: null,
    handshakesMax: 1,
    handshakeTimeoutMs: 1000,
    onSecure: (socket) => void socket.pipe(socket),
  });
  await using listener = await listen({
    host: '127.0.0.1',
    port: 0,
    variable: '',
    onSocket: (socket) => stage.accept(socket, guest),
  });
  const open = () =>
    new Promise<ReturnType<typeof connectTls>>((resolve) => {
      const socket = connectTls({ port: listener.port, host: '127.0.0.1', rejectUnauthorized: false }, () =>
        resolve(socket),
      );
    });
  const before = await open();
  at.now += 80 * dayMs;
  await certificates.check(() => stage.setContext(context()));
  const after = await open();
  const serial = (socket: typeof before) => socket.getPeerX509Certificate()?.serialNumber;
  expect(serial(after)).toBe(new X509Certificate(certificates.server.certificate).serialNumber);
  expect(serial(after)).not.toBe(serial(before));
  const echoed = new Promise((resolve) => before.once('data', resolve));
  before.write('still here');
  expect(String(await echoed)).toBe('still here');
  before.destroy();
  after.destroy();
});

test('a handshake that never ends makes place for the next one', async () => {
  using folder = temporaryFolder();
  const { server } = await openCertificates(world(folder.path).options);
  using stage = createTlsStage({
    context: { cert: server.certificate, key: server.key },
    clientAuthority: null,
    handshakesMax: 1,
    handshakeTimeoutMs: 300,
    onSecure: (socket) => void socket.end('welcome'),
  });
  const guest = { serve: () => {}, know: () => {} };
  const onSocket = (socket: Parameters<typeof stage.accept>[0]) => stage.accept(socket, guest);
  await using listener = await listen({ host: '127.0.0.1', port: 0, variable: '', onSocket });
  const { connect: connectTcp } = await import('node:net');
  const silent = connectTcp(listener.port, '127.0.0.1').on('error', () => {});
  await new Promise((resolve) => silent.once('connect', resolve));
  const second = connectTls({ port: listener.port, host: '127.0.0.1', rejectUnauthorized: false });
  second.on('error', () => {});
  const said = new Promise((resolve) => second.once('data', resolve));
  expect(String(await said)).toBe('welcome');
  await expect.poll(() => silent.destroyed).toBe(true);
});

test('the names of this machine are ones that a certificate can bear', () => {
  const { dns, ip } = serverNames();
  expect(dns).toContain('localhost');
  expect(ip).toEqual(expect.arrayContaining(['127.0.0.1', '::1']));
  expect(ip.some((address) => address.startsWith('fe80'))).toBe(false);
  const more = serverNames('hearth.example, 192.0.2.1,not a name');
  expect(more.dns).toContain('hearth.example');
  expect(more.dns.join()).not.toContain('not a name');
  expect(more.ip).toContain('192.0.2.1');
});
