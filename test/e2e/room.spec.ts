import { readFile } from 'node:fs/promises';
import { expect, type Locator, type Page } from '@playwright/test';
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

/** Asked of the api: how long a stretch each fetched history has, in minutes. */
function watchStretches(page: Page): number[] {
  const minutes: number[] = [];
  page.on('request', (request) => {
    const { pathname, searchParams } = new URL(request.url());
    if (pathname === '/api/series')
      minutes.push((Number(searchParams.get('to')) - Number(searchParams.get('from'))) / 60_000);
  });
  return minutes;
}

/** Where the curve is, in view. */
async function placeOf(chart: Locator): Promise<{ x: number; y: number; width: number }> {
  await chart.locator('canvas').scrollIntoViewIfNeeded();
  return (await chart.locator('canvas').boundingBox())!;
}

test('the history is zoomed by a drag, by buttons and by keys, and goes back to now', async ({ page }) => {
  await page.goto('/rooms/kitchen');
  const chart = page.getByRole('figure', { name: /^Kitchen, / });
  await expect(chart).toHaveAccessibleName(/last 24 hours: \d/);
  const minutes = watchStretches(page);
  const place = await placeOf(chart);
  await page.mouse.move(place.x + place.width * 0.5, place.y + 80);
  await page.mouse.down();
  await page.mouse.move(place.x + place.width * 0.75, place.y + 90, { steps: 4 });
  await page.mouse.up();
  await expect(chart).not.toHaveAccessibleName(/last 24 hours/);
  await expect(page.getByRole('radio', { name: '24 h' })).not.toBeChecked();
  await expect.poll(() => minutes.at(-1)).toBeLessThan(24 * 60 * 0.4);
  expect(minutes.at(-1)).toBeGreaterThan(24 * 60 * 0.15);

  const dragged = minutes.at(-1)!;
  await page.getByRole('button', { name: 'Show more time' }).click();
  await expect.poll(() => minutes.at(-1)! / dragged).toBeCloseTo(2, 1);
  await page.getByRole('slider', { name: 'Kitchen, point in time' }).press('+');
  await expect.poll(() => minutes.at(-1)! / dragged).toBeCloseTo(1, 1);
  await page.getByRole('button', { name: 'Earlier' }).click();
  await expectAccessible(page);
  await page.getByRole('radio', { name: '24 h' }).check();
  await expect(chart).toHaveAccessibleName(/last 24 hours: \d/);
  await expect(page.getByRole('button', { name: 'Later' })).toBeDisabled();
});

test('two fingers zoom the history, and one reads it', async ({ page, browserName }) => {
  expect(browserName).toBe('chromium');
  await page.goto('/rooms/kitchen');
  const chart = page.getByRole('figure', { name: /^Kitchen, / });
  await expect(chart).toHaveAccessibleName(/last 24 hours: \d/);
  const minutes = watchStretches(page);
  const { x, y, width } = await placeOf(chart);
  const session = await page.context().newCDPSession(page);
  const touch = (
    type: 'touchStart' | 'touchMove' | 'touchEnd',
    shares: readonly number[],
  ): Promise<unknown> =>
    session.send('Input.dispatchTouchEvent', {
      type,
      touchPoints: shares.map((share, id) => ({ x: x + width * share, y: y + 100, id })),
    });
  await touch('touchStart', [0.5]);
  await expect(chart.getByRole('slider')).toHaveAttribute('aria-valuetext', /degrees/);
  await touch('touchEnd', []);
  await touch('touchStart', [0.4, 0.6]);
  for (const spread of [0.15, 0.2, 0.25, 0.3]) await touch('touchMove', [0.5 - spread, 0.5 + spread]);
  await touch('touchEnd', []);
  await expect(chart).not.toHaveAccessibleName(/last 24 hours/);
  // Three times as far apart: a third of the day.
  await expect.poll(() => minutes.at(-1)! / 60).toBeGreaterThan(7);
  expect(minutes.at(-1)! / 60).toBeLessThan(9.5);
});

test('a room is compared with another, and what is shown is saved as CSV and as a picture', async ({
  page,
}) => {
  await page.goto('/rooms/kitchen');
  await page.getByLabel('Compare with').selectOption('Bathroom');
  const chart = page.getByRole('figure', { name: /^Kitchen, / });
  await expect(chart.getByText('Bathroom')).toBeVisible();
  await chart.getByRole('slider').press('ArrowLeft');
  await expect(chart.getByText(/^Bathroom \d\d\.\d °C$/)).toBeVisible();

  const saving = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Save as CSV' }).click();
  const file = await saving;
  expect(file.suggestedFilename()).toMatch(/^kitchen-\d{4}-\d\d-\d\d-\d{4}\.csv$/);
  const [head, ...rows] = (await readFile(await file.path(), 'utf8')).trim().split('\r\n');
  expect(head).toBe('time,temperature (C),setpoint (C),heating share,Bathroom (C)');
  expect(rows.length).toBeGreaterThan(100);
  expect(rows.at(-2)).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z,\d\d(\.\d+)?,\d\d(\.\d+)?,[\d.]*,\d\d(\.\d+)?$/);

  const drawing = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Save as picture' }).click();
  const picture = await readFile(await (await drawing).path());
  expect(picture.subarray(1, 4).toString()).toBe('PNG');
  const [width, height] = [picture.readUInt32BE(16), picture.readUInt32BE(20)];
  expect(width).toBeGreaterThan(300);
  expect(height).toBeGreaterThan(250);
});
