import type { CheckResult } from '@hearth/contract';
import { createPublicKey } from 'node:crypto';
import { fingerprintOf, type Certificate } from './certificate.ts';

const escapes: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
/** What came from a device, or from anybody, as text in HTML. */
const safe = (text: string): string => text.replaceAll(/[&<>"']/g, (c) => escapes[c]!);

const words = {
  pass: 'pass',
  fail: 'fail',
  'not-applicable': 'not applicable',
  'not-run': 'not run',
} as const;

const outcomes = {
  passed: 'Passes',
  incomplete: 'Passes what was tried',
  failed: 'Does not pass',
} as const;

const style = `:root{color-scheme:light dark}body{font:16px/1.5 system-ui,sans-serif;max-width:62rem;margin:2rem auto;padding:0 1rem}
h1{margin-bottom:0}table{border-collapse:collapse;width:100%}td,th{text-align:left;vertical-align:top;padding:.3rem .6rem .3rem 0;border-top:1px solid #8884}
.pass{color:#197a3d}.fail{color:#c0292b;font-weight:600}.not-run,.not-applicable{color:#767676}pre{overflow-x:auto;font-size:.8rem}
dt{font-weight:600}dd{margin:0 0 .4rem;overflow-wrap:anywhere}@media(prefers-color-scheme:dark){.pass{color:#6bd08f}.fail{color:#ff8a85}}`;

/** A certificate as one HTML file that loads nothing; the certificate itself is inside, as JSON. */
export function certificatePage(certificate: Certificate): string {
  const { device, summary, results, signer, kit } = certificate;
  const name = [device.maker, device.model].filter(Boolean).join(' ') || device.id;
  const title = safe(`${name}: ${outcomes[summary.outcome]}`);
  const key = createPublicKey({ key: Buffer.from(signer.publicKey, 'base64'), type: 'spki', format: 'der' });
  const facts: [string, string][] = [
    ['Device', `${device.id}, firmware ${device.firmware || 'not said'}`],
    [
      'Tested',
      `${new Date(certificate.testedAt).toISOString()}, for ${Math.round(certificate.tookMs / 1000)} s`,
    ],
    ['By', `${kit}, device contract v${certificate.contract}`],
    ['Times', certificate.isQuick ? 'shortened (--quick), as named below' : 'in full length'],
    ['Connection', certificate.isPlain ? 'without TLS' : 'TLS'],
    ['Signed by', `${signer.name || 'nobody named'}, key ${fingerprintOf(key)}`],
    [
      'Results',
      `${summary.passed} passed, ${summary.failed} failed, ${summary.notApplicable} not applicable, ${summary.notRun} not run`,
    ],
  ];
  // Inside a script element only this could end it.
  const embedded = JSON.stringify(certificate).replaceAll('<', '\\u003c');
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${title}</title>
<style>${style}</style>
<h1>${safe(name)}</h1>
<p class="${summary.outcome === 'failed' ? 'fail' : 'pass'}">${outcomes[summary.outcome]}</p>
<dl>${facts.map(([term, text]) => `<dt>${term}</dt><dd>${safe(text)}</dd>`).join('')}</dl>
<table>
<tr><th>Check<th>Level<th>Verdict<th>The device …</tr>
${results.map(row).join('\n')}
</table>
<p>Whether this is whole: save the JSON below as a file, then <code>hearth-kit verify FILE</code>.</p>
<details><summary>The certificate as JSON</summary><pre>${safe(JSON.stringify(certificate, null, 2))}</pre></details>
<script type="application/json" id="certificate">${embedded}</script>
</html>
`;
}

function row({ id, level, verdict, says, why, scaled, mend, clause, evidence }: CheckResult): string {
  const notes = [why, scaled].filter((note) => note !== undefined).map((note) => `<br>${safe(note)}`);
  const more = evidence
    ? `<details><summary>${mend === undefined ? 'Evidence' : 'Evidence, and how to mend it'}</summary><p>${safe(mend ?? '')} (${safe(clause)})</p><pre>${safe(evidence.join('\n'))}</pre></details>`
    : '';
  return `<tr><td><code>${safe(id)}</code><td>${safe(level)}<td class="${safe(verdict)}">${words[verdict]}<td>${safe(says)}${notes.join('')}${more}</tr>`;
}
