import { expect, test } from 'vitest';
import { createPairing, pairingWindowMs } from './pairing.ts';

function start() {
  const clock = { ms: 0 };
  const now = () => 1_795_363_200_000 + clock.ms;
  return { clock, now, pairing: createPairing({ now, monotonicMs: () => clock.ms }) };
}
const take = (id = 'lamp') => Promise.resolve({ id });

test('without a window nobody pairs', async () => {
  const { pairing } = start();
  expect(pairing.state()).toEqual({
    state: 'closed',
    code: null,
    expiresAt: null,
    triesLeft: 0,
    deviceId: null,
  });
  await expect(pairing.pair('00000-00000', '10.0.0.9', take)).rejects.toMatchObject({
    code: 'pairing-closed',
  });
});

test('a code lets one device in, once, as it is read out and typed', async () => {
  const { pairing, now } = start();
  const { code, ...opened } = pairing.open();
  expect(code).toMatch(/^[0-9A-HJKMNP-TV-Z]{5}-[0-9A-HJKMNP-TV-Z]{5}$/);
  expect(opened).toEqual({ state: 'open', expiresAt: now() + 600_000, triesLeft: 5, deviceId: null });
  const typed = code!.toLowerCase().replace('-', ' ').replaceAll('0', 'o').replaceAll('1', 'l');
  expect(await pairing.pair(typed, '10.0.0.9', take)).toEqual({ id: 'lamp' });
  expect(pairing.state()).toMatchObject({ state: 'used', deviceId: 'lamp', code: null });
  await expect(pairing.pair(code!, '10.0.0.9', take)).rejects.toMatchObject({ code: 'pairing-closed' });
});

test('of two devices that type the code at once one gets in', async () => {
  const { pairing } = start();
  const { code } = pairing.open();
  const both = await Promise.allSettled(['one', 'two'].map((id) => pairing.pair(code!, id, () => take(id))));
  expect(both.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
});

test('when the credential cannot be made the code can be used again', async () => {
  const { pairing } = start();
  const { code } = pairing.open();
  const failing = () => Promise.reject(new Error('the broker is away'));
  await expect(pairing.pair(code!, '10.0.0.9', failing)).rejects.toThrow('away');
  expect(pairing.state()).toMatchObject({ state: 'open', triesLeft: 5 });
  expect(await pairing.pair(code!, '10.0.0.9', take)).toEqual({ id: 'lamp' });
});

test('five wrong codes in all close the window, wherever they come from', async () => {
  const { pairing } = start();
  const { code } = pairing.open();
  for (let i = 0; i < 5; i++)
    await expect(pairing.pair('ZZZZZ-ZZZZZ', `10.0.0.${i}`, take)).rejects.toMatchObject({
      code: 'wrong-pairing-code',
    });
  expect(pairing.state()).toMatchObject({ state: 'spoiled', code: null });
  await expect(pairing.pair(code!, '10.0.0.9', take)).rejects.toMatchObject({ code: 'pairing-closed' });
});

test('a code ends after ten minutes, and an earlier one with a new one', async () => {
  const { pairing, clock } = start();
  const { code: first } = pairing.open();
  const { code: second } = pairing.open();
  await expect(pairing.pair(first!, '10.0.0.9', take)).rejects.toMatchObject({ code: 'wrong-pairing-code' });
  clock.ms = pairingWindowMs;
  expect(pairing.state()).toMatchObject({ state: 'expired', code: null });
  await expect(pairing.pair(second!, '10.0.0.8', take)).rejects.toMatchObject({ code: 'pairing-closed' });
});

test('an address that keeps trying has to wait, and a right code ends the waiting', async () => {
  const { pairing, clock } = start();
  for (let i = 0; i < 5; i++)
    await expect(pairing.pair('ZZZZZ-ZZZZZ', '10.0.0.9', take)).rejects.toMatchObject({
      code: 'pairing-closed',
    });
  const { code } = pairing.open();
  await expect(pairing.pair(code!, '10.0.0.9', take)).rejects.toMatchObject({ code: 'too-many' });
  clock.ms += 60_000;
  expect(await pairing.pair(code!, '10.0.0.9', take)).toEqual({ id: 'lamp' });
});
