import { expect } from '@playwright/test';
import { expectAccessible, test } from './house.ts';

test('asking now shows the value, its age and the time by leg', async ({ page }) => {
  await page.goto('/rooms/kitchen');
  await page.getByRole('button', { name: 'Ask now' }).click();
  await expect(page.getByText(/Answered in \d+(\.\d+)? ms: \d\d\.\d\s?°C, measured just now/)).toBeVisible();
  const legs = page.getByRole('list', { name: 'The way of the request' });
  await expect(legs.getByText(/ms$/)).toHaveCount(3);
  await expectAccessible(page);
});

test('the setpoint can be changed by keyboard alone, and a burst of keys is one command', async ({
  page,
}) => {
  const commands: string[] = [];
  page.on('request', (request) => {
    if (request.method() === 'PUT') commands.push(request.url());
  });
  await page.clock.install();
  await page.goto('/rooms/bedroom');
  const slider = page.getByRole('slider', { name: 'Bedroom setpoint' });
  await slider.fill('16');
  await expect(page.getByText(/Set to 16.*by Ada/)).toBeVisible({ timeout: 15_000 });
  commands.length = 0;
  await slider.focus();
  // A burst also where the machine takes its time for each key: none passes in the page.
  await page.clock.pauseAt(Date.now() + 5000);
  for (const key of ['ArrowUp', 'ArrowUp', 'ArrowUp', 'ArrowDown']) await slider.press(key);
  await page.clock.resume();
  await expect(page.getByText(/Set to 17°.*by Ada/)).toBeVisible({ timeout: 15_000 });
  expect(commands).toHaveLength(1);
});

test('the history has a table with the same figures', async ({ page }) => {
  await page.goto('/rooms/kitchen');
  await page.getByRole('button', { name: 'Show as table' }).click();
  const table = page.getByRole('table');
  await expect(table.getByRole('row')).toHaveCount(25);
  await expect(table).toContainText(/\d\d\.\d °C/);
  await expect(table).toContainText('Each row is the mean of 60 min');
  await expectAccessible(page);
});
