import { expect } from '@playwright/test';
import { sessionCookie } from '@hearth/contract';
import { expectAccessible, test } from './house.ts';

test('an owner invites a viewer, who sees and asks, and cannot change anything, also not by the API', async ({
  page,
  browser,
  house,
}, { project }) => {
  const name = `Vera ${project.name}`;
  await page.goto('/');
  await page.getByRole('button', { name: 'Account' }).click();
  await page.getByRole('link', { name: 'People' }).click();
  await expect(page.getByRole('button', { name: 'Remove Ada' })).toBeVisible();
  await page.getByRole('button', { name: 'Invite somebody' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('checkbox', { name: 'Only some rooms' }).check();
  await dialog.getByRole('checkbox', { name: 'Living room' }).check();
  await expectAccessible(page);
  await dialog.getByRole('button', { name: 'Make a link' }).click();
  const link = await dialog.getByText(/\/invitation#/).textContent();
  await dialog.getByRole('button', { name: 'I have it' }).click();
  await expectAccessible(page);

  const guest = await browser.newContext({ baseURL: house.url });
  const theirs = await guest.newPage();
  await theirs.goto(link!);
  await theirs.getByLabel('Your name').fill(name);
  await theirs.getByLabel('Password').fill('three cold words');
  await expectAccessible(theirs);
  await theirs.getByRole('button', { name: 'Come in' }).click();
  await expect(theirs.getByRole('link', { name: /Living room/ })).toBeVisible();
  await expect(theirs.getByRole('link', { name: /Kitchen/ })).toHaveCount(0);
  await expect(theirs.getByRole('link', { name: 'System' })).toHaveCount(0);
  await theirs.goto('/rooms/living-room');
  await expect(theirs.getByRole('button', { name: /Ask now/ })).toBeVisible();
  await expect(theirs.getByRole('slider', { name: /setpoint/ })).toHaveCount(0);

  const cookie = (await guest.cookies()).find((one) => one.name === sessionCookie);
  const response = await fetch(`${house.url}/api/devices/demo-living-thermostat/setpoint`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json', cookie: `${sessionCookie}=${cookie!.value}` },
    body: JSON.stringify({ setpoint: 21 }),
  });
  expect(response.status).toBe(403);
  await guest.close();

  await page.reload();
  await page.getByRole('button', { name: `Remove ${name}` }).click();
  await expect(page.getByRole('button', { name: `Remove ${name}` })).toHaveCount(0);
});
