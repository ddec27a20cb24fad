import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, type Page } from '@playwright/test';
import type { StartedCheck } from '@hearth/contract';
import { verifyCertificate } from '@hearth/kit';
import { expectAccessible, test } from './house.ts';

const example = fileURLToPath(new URL('../../examples/device.mjs', import.meta.url));

/** The example device, pointed to where the page says, with the certificate that it gives. */
function point({ run, secret }: StartedCheck, folder: string, caFile: string): ChildProcess {
  return spawn(process.execPath, [example], {
    env: {
      ...process.env,
      DEVICE: run.asked.device,
      SECRET: secret,
      BROKER: run.asked.host,
      PORT: String(run.port),
      CA_FILE: caFile,
      STATE_DIR: folder,
      PERIOD_MS: '300',
      RETRY_MIN_MS: '100',
    },
    stdio: ['pipe', 'ignore', 'ignore'],
  });
}

/** Goes on with Tab until the thing with this name has the focus. */
async function tabTo(page: Page, name: string | RegExp): Promise<void> {
  const focused = page.locator(':focus');
  await expect(async () => {
    await page.keyboard.press('Tab');
    await expect(focused).toHaveText(name, { timeout: 100 });
  }).toPass({ intervals: [0] });
}

test('a maker has a device checked: told where to point it, asked for a hand, and given a certificate', async ({
  page,
}, testInfo) => {
  const folder = testInfo.outputPath('');
  const id = `bench-${testInfo.project.name}`;
  await page.goto('/devices');
  await page.getByRole('link', { name: 'Check a device' }).click();
  await page.getByLabel('Device id').fill(id);
  await page.getByText('More choices').click();
  await page.getByRole('checkbox', { name: 'Readings' }).check();
  await expectAccessible(page);
  const answer = page.waitForResponse((response) => response.request().method() === 'POST');
  await page.getByRole('button', { name: 'Begin' }).click();
  const started = (await (await answer).json()) as StartedCheck;

  await expect(page.getByRole('heading', { name: `Point ${id} here` })).toBeVisible();
  await expect(page.getByText(started.secret, { exact: true })).toBeVisible();
  const given = page.waitForEvent('download');
  await page.getByRole('link', { name: 'Certificate of the authority' }).click();
  const caFile = testInfo.outputPath('ca.crt');
  await (await given).saveAs(caFile);
  await expectAccessible(page);
  // The run is the server's: it is there again, and the password is not.
  await page.reload();
  await expect(page.getByText('Waiting for its first reading')).toBeVisible();
  await expect(page.getByText(started.secret, { exact: true })).toHaveCount(0);

  const device = point(started, folder, caFile);
  try {
    await expect(page.getByText('Unplug the temperature sensor.')).toBeVisible({ timeout: 40_000 });
    await expectAccessible(page);
    device.stdin?.write('sensor-out\n');
    await tabTo(page, 'Done');
    await page.keyboard.press('Enter');
    await expect(page.getByText('Plug the temperature sensor in again.')).toBeVisible();
    device.stdin?.write('sensor-in\n');
    await tabTo(page, 'Done');
    await page.keyboard.press('Enter');
    await expect(page.getByText('It passes', { exact: true })).toBeVisible({ timeout: 60_000 });
  } finally {
    device.kill('SIGKILL');
  }
  await page.locator('summary').filter({ hasText: 'Readings' }).click();
  await expect(page.getByText('Sends readings that obey the contract')).toBeVisible();
  await expectAccessible(page);
  const signed = page.waitForEvent('download');
  await page.getByRole('link', { name: 'JSON' }).click();
  const certificate = testInfo.outputPath('certificate.json');
  await (await signed).saveAs(certificate);
  expect(verifyCertificate(readFileSync(certificate, 'utf8'))).toMatchObject({ isWhole: true, name: 'Ada' });
  const devices = await (await page.request.get('/api/devices')).text();
  expect(devices).not.toContain(id);
});

test('a check is stopped, and another begun with the same answers', async ({ page }, { project }) => {
  const id = `stopped-${project.name}`;
  await page.goto(`/check?device=${id}`);
  const begin = page.getByRole('button', { name: 'Begin' });
  await begin.click();
  await page.getByRole('button', { name: 'Stop' }).click();
  await expect(page.getByText('Stopped', { exact: true })).toBeVisible();
  await page.getByRole('button', { name: 'Check again' }).click();
  await expect(page.getByLabel('Device id')).toHaveValue(id);
  await expect(begin).toBeEnabled();
});
