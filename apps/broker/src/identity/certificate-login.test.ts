import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { deviceTopic } from '@hearth/contract';
import type { IClientOptions } from 'mqtt';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  change,
  connackOf,
  connect,
  connectService,
  credential,
  startTestBroker,
  temporaryFolder,
  type Peer,
  type TestBroker,
} from '../testing.ts';

let broker: TestBroker;
let service: Peer;
beforeAll(async () => {
  broker = await startTestBroker();
  service = await connectService(broker);
});
afterAll(async () => {
  await service[Symbol.asyncDispose]();
  await broker[Symbol.asyncDispose]();
});

/** A key and a request for a certificate, made as a device maker would: by openssl, and named as it likes. */
function makeRequest(name = 'anything'): { key: string; csr: string } {
  using folder = temporaryFolder();
  const path = (file: string) => join(folder.path, file);
  const args = ['req', '-new', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
  execFileSync('openssl', [...args, '-subj', `/CN=${name}`, '-keyout', path('key'), '-out', path('csr')], {
    stdio: 'ignore',
  });
  return { key: readFileSync(path('key'), 'utf8'), csr: readFileSync(path('csr'), 'utf8') };
}

/** A device with a certificate and no secret; the options to connect with it. */
async function addCertified(id: string): Promise<IClientOptions> {
  const { key, csr } = makeRequest();
  const { secretSha256: _, ...bare } = credential(id);
  const { error, certificates } = await change(service, { add: [bare], certify: [{ id, csr }] });
  expect(error).toBeUndefined();
  expect(certificates).toMatchObject([{ id }]);
  return { clientId: id, key, cert: certificates![0]!.certificate, ca: authority() };
}
const authority = (): string => readFileSync(join(broker.dataDir, 'broker/certificates/ca.crt'), 'utf8');
const mutual = (): string => broker.address.mutualUrl!;

test('a device connects with its certificate alone, and is held to its own topics', async () => {
  await using lamp = await connect(mutual(), await addCertified('lamp'));
  await lamp.client.subscribeAsync(deviceTopic('home', 'lamp', 'request'), { qos: 1 });
  await lamp.client.publishAsync(deviceTopic('home', 'lamp', 'status'), '{}', { qos: 1 });
  await expect(lamp.client.subscribeAsync(deviceTopic('home', 'hall', 'request'))).rejects.toThrow();
  lamp.client.publish(deviceTopic('home', 'hall', 'reading'), '{}', { qos: 1 });
  await expect.poll(lamp.isClosed).toBe(true);
});

test('the user name is empty or the id of the certificate, whatever the password', async () => {
  const options = await addCertified('bath');
  expect(await connackOf(mutual(), { ...options, username: 'bath' })).toBe(0);
  expect(await connackOf(mutual(), { ...options, username: 'bath', password: 'anything' })).toBe(0);
  await change(service, { add: [credential('attic')] });
  const attic = { username: 'attic', password: 'secret of attic' };
  expect(await connackOf(mutual(), { ...options, ...attic })).toBe(5);
  expect(await connackOf(mutual(), { ...options, ...attic, clientId: 'attic' })).toBe(5);
  const api = { username: 'hearth-api', password: broker.serviceSecret, clientId: 'hearth-api' };
  expect(await connackOf(mutual(), { ...options, ...api })).toBe(5);
});

test('a certificate does not open the other listeners, and they need the secret', async () => {
  const options = await addCertified('cellar');
  expect(await connackOf(broker.address.mqttsUrl, { ...options, username: 'cellar' })).toBe(5);
  expect(await connackOf(broker.url, { clientId: 'cellar', username: 'cellar', password: '' })).toBe(5);
});

test('without a certificate of our authority there is no conversation', async () => {
  await change(service, { add: [credential('porch')] });
  const porch = { clientId: 'porch', username: 'porch', password: 'secret of porch', ca: authority() };
  expect(await connackOf(mutual(), porch)).toEqual(expect.any(String));
  using folder = temporaryFolder();
  const path = (file: string) => join(folder.path, file);
  const args = [
    'req',
    '-x509',
    '-newkey',
    'ec',
    '-pkeyopt',
    'ec_paramgen_curve:P-256',
    '-nodes',
    '-days',
    '1',
  ];
  const names = ['-subj', '/CN=porch', '-addext', 'subjectAltName=URI:urn:hearth:device:porch'];
  execFileSync('openssl', [...args, ...names, '-keyout', path('key'), '-out', path('crt')], {
    stdio: 'ignore',
  });
  const own = { key: readFileSync(path('key')), cert: readFileSync(path('crt')) };
  expect(await connackOf(mutual(), { ...porch, ...own })).toEqual(expect.any(String));
});

test('revoked, the certificate opens nothing, and a new one of the same device does not revive it', async () => {
  const former = await addCertified('shed');
  await using shed = await connect(mutual(), former);
  const startedAt = performance.now();
  await change(service, { revoke: ['shed'] });
  await expect.poll(shed.isClosed, { interval: 5 }).toBe(true);
  expect(performance.now() - startedAt).toBeLessThan(1000);
  expect(await connackOf(mutual(), former)).toBe(5);
  const present = await addCertified('shed');
  expect(await connackOf(mutual(), former)).toBe(5);
  expect(await connackOf(mutual(), present)).toBe(0);
});

test.each([
  ['no request', 'x'.repeat(200)],
  ['a certificate', '-----BEGIN CERTIFICATE-----\n'.padEnd(400, 'A')],
])('%s in place of a request is refused with a sentence, and nothing is added', async (_what, csr) => {
  const { secretSha256: _, ...bare } = credential('barn');
  const { error } = await change(service, { add: [bare], certify: [{ id: 'barn', csr }] });
  expect(error).toMatch(/^barn: .*request/);
  const { credentials } = await change(service, { list: true });
  expect(credentials!.map(({ id }) => id)).not.toContain('barn');
});

test('a credential without any proof is refused', async () => {
  const { secretSha256: _, ...bare } = credential('barn');
  expect((await change(service, { add: [bare] })).error).toContain('needs a secret or a certificate');
});
