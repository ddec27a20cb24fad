import { describe, expect, it } from 'vitest';
import { readAt, tableRows } from './history-reading.ts';
import type { History } from './series-points.ts';

const history: History = {
  from: 0,
  to: 1200,
  longestMs: 200,
  extremes: { low: 19, high: 22 },
  temperature: [
    { x: 250, y: 20 },
    { x: 350, y: 21 },
    { x: 400, y: NaN },
    { x: 850, y: 19 },
    { x: 950, y: 20 },
  ],
  band: [],
  setpoint: [
    { x: 200, y: 18 },
    { x: 300, y: 18 },
    { x: 300, y: 21 },
    { x: 400, y: 21 },
  ],
  heating: [
    { from: 200, to: 300, share: 0 },
    { from: 300, to: 400, share: 1 },
  ],
};

describe('the value under the cursor', () => {
  it('is the nearest, at the time that it was measured', () => {
    expect(readAt(history, 310)).toEqual({
      at: 350,
      temperature: 21,
      setpoint: 21,
      heating: 1,
      compared: null,
    });
    expect(readAt(history, 260)).toEqual({
      at: 250,
      temperature: 20,
      setpoint: 18,
      heating: 0,
      compared: null,
    });
  });

  it('is nothing inside a gap', () => {
    expect(readAt(history, 700)).toEqual({
      at: 700,
      temperature: null,
      setpoint: null,
      heating: null,
      compared: null,
    });
  });

  it('is nothing further from the first and last reading than a gap is long', () => {
    expect(readAt(history, 100)).toMatchObject({ at: 250, temperature: 20 });
    expect(readAt(history, 40)).toMatchObject({ at: 40, temperature: null });
    expect(readAt(history, 1160)).toMatchObject({ at: 1160, temperature: null });
  });
});

describe('the table', () => {
  it('has for each span the mean of its own readings, newest first', () => {
    expect(tableRows(history, 3)).toEqual([
      { from: 800, to: 1200, temperature: 19.5, setpoint: null, heating: null },
      { from: 400, to: 800, temperature: null, setpoint: null, heating: null },
      { from: 0, to: 400, temperature: 20.5, setpoint: 21, heating: 0.5 },
    ]);
  });

  it('invents no reading in a span that has none, however near the next one is', () => {
    const rows = tableRows(history, 12);
    const measured = rows.filter(({ temperature }) => temperature !== null).map(({ from }) => from);
    expect(measured).toEqual([900, 800, 300, 200]);
  });

  it('shows the setpoint that a span ended with', () => {
    const setpoints = tableRows(history, 12).map(({ setpoint }) => setpoint);
    expect(setpoints.slice(-4)).toEqual([21, 21, 18, null]);
  });

  it('counts the live value at the very end to the newest span', () => {
    const live = { ...history, temperature: [...history.temperature, { x: 1200, y: 22 }] };
    expect(tableRows(live, 12)[0]?.temperature).toBe(22);
  });
});
