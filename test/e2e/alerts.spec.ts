import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { expect } from '@playwright/test';
import { expectAccessible, test } from './house.ts';

/** What a webhook sends to. */
async function startReceiver() {
  const bodies: string[] = [];
  const server = createServer((request, response) => {
    void text(request)
      .then((body) => bodies.push(body))
      .then(() => response.end());
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/`,
    bodies,
    [Symbol.asyncDispose]: async () => void (await once(server.close(), 'close')),
  };
}

test('a way to be told is added, a test comes through it, and it is removed', async ({ page }, {
  project,
}) => {
  await using receiver = await startReceiver();
  const name = `Hook ${project.name}`;
  await page.goto('/');
  await page.getByRole('link', { name: /^Alerts/ }).click();
  const ways = page.getByRole('region', { name: 'Who is told' });
  await ways.getByRole('button', { name: 'Add a way' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Way').selectOption('Webhook');
  await dialog.getByLabel('Name').fill(name);
  await dialog.getByLabel('Address').fill(receiver.url);
  await expectAccessible(page);
  await dialog.getByRole('button', { name: 'Add' }).click();
  await expect(dialog.getByText(/^whsec_/)).toBeVisible();
  await dialog.getByRole('button', { name: 'I have it' }).click();
  const entry = ways.getByRole('listitem').filter({ hasText: name });
  await expect(entry.getByText('Nothing was sent yet.')).toBeVisible();
  await entry.getByRole('button', { name: 'Send a test' }).click();
  await expect(entry.getByText(/^Sent/)).toBeVisible();
  expect(receiver.bodies).toHaveLength(1);
  await expectAccessible(page);
  await entry.getByRole('button', { name: 'Remove' }).click();
  await expect(entry).toHaveCount(0);
});

test('what is watched for is switched off and on, and quiet hours are kept', async ({ page }) => {
  await page.goto('/alerts');
  const rules = page.getByRole('region', { name: 'What is watched for' });
  await rules.getByText(/^19 of 19 are on$/).click();
  const window = rules.getByRole('checkbox').first();
  await window.click();
  await expect(rules.getByText(/^18 of 19 are on$/)).toBeVisible();
  await expectAccessible(page);
  await window.click();
  await expect(rules.getByText(/^19 of 19 are on$/)).toBeVisible();

  const when = page.getByRole('region', { name: 'When' });
  const quiet = when.getByRole('checkbox');
  const isQuiet = await quiet.isChecked();
  await quiet.click();
  await expect(quiet).toBeChecked({ checked: !isQuiet });
  await page.reload();
  await expect(quiet).toBeChecked({ checked: !isQuiet });
});
