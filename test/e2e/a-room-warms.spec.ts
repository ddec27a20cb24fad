import { expect } from '@playwright/test';
import { test } from './house.ts';

// Named so that it begins first: a room takes minutes, in which others are tested.

test('setting a room to 22 °C is confirmed by the device, and the curve rises @phone', async ({ page }) => {
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
