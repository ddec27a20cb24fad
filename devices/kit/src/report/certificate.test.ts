import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Report } from '../kit.ts';
import { fingerprintOf, issueCertificate, verifyCertificate } from './certificate.ts';
import { certificatePage } from './page.ts';
import { openSigningKey } from './signing-key.ts';
import { summarise } from './summary.ts';

const right = {
  id: 'requests.answered',
  level: 'must',
  clause: 'Requests',
  says: 'answers',
  verdict: 'pass',
} as const;

const report = (maker: string, results: Report['results'] = [right]): Report => ({
  device: 'hall',
  about: { maker, model: 'T 1', firmware: '2.0' },
  isQuick: true,
  isPlain: false,
  beganAt: 1_795_363_200_123,
  tookMs: 20_100,
  results,
  output: '',
});
const { privateKey, publicKey } = generateKeyPairSync('ed25519');
const issue = (maker = 'Me', results?: Report['results']) =>
  issueCertificate(report(maker, results), 'hearth-kit 0', { name: 'Ada', key: privateKey });

test('a certificate is whole, also written in another way, and names its signer', () => {
  for (const indent of [0, 2]) {
    const verified = verifyCertificate(JSON.stringify(issue(), null, indent));
    expect(verified).toMatchObject({ isWhole: true, name: 'Ada', fingerprint: fingerprintOf(publicKey) });
  }
});

test('a certificate of which anything was changed is not whole', () => {
  const text = JSON.stringify(issue());
  const changes: [string, string][] = [
    ['"pass"', '"fail"'],
    ['"Ada"', '"Eve"'],
    ['"hall"', '"hell"'],
    ['"isQuick":true', '"isQuick":false'],
    ['"passed":1', '"passed":2'],
  ];
  for (const [from, to] of changes) {
    expect(text).toContain(from);
    expect(verifyCertificate(text.replace(from, to)), from).toMatchObject({ isWhole: false });
  }
  expect(verifyCertificate('{}')).toMatchObject({ isWhole: false });
  expect(verifyCertificate('no JSON')).toMatchObject({ isWhole: false });
  const otherKey = generateKeyPairSync('ed25519').publicKey.export({ type: 'spki', format: 'der' });
  const forged = { ...issue(), signer: { name: 'Ada', publicKey: otherKey.toString('base64') } };
  expect(verifyCertificate(JSON.stringify(forged))).toMatchObject({ isWhole: false });
});

test('a summary that its signer made up is not believed', () => {
  const summary = { ...summarise([right]), passed: 73 };
  const { signature: _, ...rest } = { ...issue(), summary };
  expect(verifyCertificate(JSON.stringify({ ...rest, signature: issue().signature }))).toMatchObject({
    isWhole: false,
  });
});

test('what must hold decides, and what could not be tried is not hidden', () => {
  const of = (level: 'must' | 'should', verdict: 'fail' | 'not-run') => [right, { ...right, level, verdict }];
  expect(summarise([right]).outcome).toBe('passed');
  expect(summarise(of('must', 'fail')).outcome).toBe('failed');
  expect(summarise(of('must', 'not-run')).outcome).toBe('incomplete');
  expect(summarise(of('should', 'fail'))).toMatchObject({ outcome: 'passed', failed: 1 });
  expect(summarise([]).outcome).toBe('incomplete');
});

test('the page holds the certificate and nothing that a device could run', () => {
  const certificate = issue('</script><script>alert(1)</script><img src=x onerror="a">');
  const page = certificatePage(certificate);
  expect(page.match(/<script/g)).toHaveLength(1);
  expect(page).not.toContain('<img');
  const [, embedded = ''] = /id="certificate">(.*)<\/script>/.exec(page) ?? [];
  expect(verifyCertificate(embedded)).toMatchObject({ isWhole: true });
  expect(page).not.toMatch(/(src|href)=["']?http/);
});

test('a signing key is made once, for its user alone, and what is no key is refused', () => {
  const dir = mkdtempSync(join(tmpdir(), 'hearth-kit-key-'));
  try {
    const file = join(dir, 'new', 'key.pem');
    const key = openSigningKey(file);
    expect(statSync(file).mode & 0o077).toBe(0);
    expect(openSigningKey(file).equals(key)).toBe(true);
    writeFileSync(file, 'not a key');
    expect(() => openSigningKey(file)).toThrow(/does not hold an Ed25519 key/);
  } finally {
    rmSync(dir, { recursive: true });
  }
});
