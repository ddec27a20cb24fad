import { expect, test } from 'vitest';
import { Meter } from '../meter.ts';
import { createTally } from '../tally.ts';
import { startView, type Viewed } from './view.ts';

function viewed(): Viewed {
  const meter = new Meter();
  Object.assign(meter, { up: 3, sent: 9, acknowledged: 8 });
  meter.latency.add(2);
  const tally = createTally();
  tally.note({ device: 'a-b', what: 'made', boot: 1, seq: 1 });
  return { meter, tally, devices: 4, elapsedMs: () => 30_000 };
}

function screenOf(isTTY: boolean) {
  const written: string[] = [];
  return { written, isTTY, columns: 80, write: (text: string) => written.push(text) };
}

test('on a terminal it draws over what it drew before, and lines stay above', () => {
  const screen = screenOf(true);
  const view = startView(viewed(), { forMs: 60_000, isPlain: false, screen });
  view.say('drop at a-b');
  view.end();
  expect(screen.written[0]).toBe('drop at a-b\n');
  expect(screen.written[1]).toMatch(/^0:30 of 1:00 █+░+ 50 %\n3 of 4 devices connected\n/);
  expect(screen.written[1]).toMatch(/PUBACK p50 (1\.9\d|2\.0\d), p95/);
  expect(screen.written[2]).toContain('\u001b[5A\u001b[J0:30 of 1:00');
});

test('elsewhere it writes whole lines without escapes, and nothing when it is to be silent', () => {
  const screen = screenOf(false);
  startView(viewed(), { forMs: Infinity, isPlain: false, screen }).end();
  expect(screen.written).toHaveLength(1);
  expect(screen.written[0]).toMatch(/^0:30 {2}3 of 4 devices connected {2}.*1 readings, 0 acknowledged.*\n$/);
  startView(viewed(), { forMs: Infinity, isPlain: true, isSilent: true, screen }).end();
  expect(screen.written).toHaveLength(1);
});
