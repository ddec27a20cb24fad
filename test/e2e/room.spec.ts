import { expect } from '@playwright/test';
import { expectAccessible, test } from './house.ts';

test('setting a room to 22 °C is confirmed by the device, and the curve rises', async ({ page }) => {
  test.setTimeout(370_000);
  await page.goto('/rooms/study');
  await page.getByRole('slider', { name: 'Study setpoint' }).fill('22');
  await expect(page.getByText(/Set to 22.*by Ada/)).toBeVisible({ timeout: 15_000 });
  await expect(page.getByText('Heating', { exact: true }).first()).toBeVisible();

  const latest = async (): Promise<number> => {
    const devices = await (await page.request.get('/api/devices')).json();
    const thermostat = devices.find((device: { id: string }) => device.id === 'demo-study-thermostat');
    expect(thermostat.latest.setpoint.value).toBe(22);
    return thermostat.latest.temperature.value as number;
  };
  // The heater's body warms first: the curve goes through its lowest point before it rises.
  let lowest = Number.POSITIVE_INFINITY;
  const risen = async (): Promise<number> => {
    const now = await latest();
    lowest = Math.min(lowest, now);
    return now - lowest;
  };
  // Three steps of a sensor without noise. A heater that went off just now stays off a while: 261 s at worst.
  await expect.poll(risen, { timeout: 340_000, intervals: [1000] }).toBeGreaterThanOrEqual(0.03);
});

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
