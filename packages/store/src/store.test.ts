import { expect, test } from 'vitest';
import { bucketsOf } from './store-model.ts';
import { openStore, type Arrival } from './store.ts';
import { onEachBackEnd } from './test-back-ends.ts';

const base = 1_795_363_200_000;
const minute = 60_000;
const all = { from: 0, to: 2 * base };

let seq = 0;
function arrival(values: Arrival['values'], rest: Partial<Arrival> = {}): Arrival {
  const at = rest.at ?? base;
  return {
    device: 'hall',
    key: { boot: 1, seq: ++seq },
    at,
    receivedAt: at + 9,
    isLate: false,
    values,
    ...rest,
  };
}

onEachBackEnd(({ makePlace, openTemporary }) => {
  test('values of every kind come back as they went in, also after a restart', async () => {
    await using made = await makePlace();
    {
      await using store = await openStore(made.place);
      await store.append([
        arrival({ temperature: 20.6, heating: true, mode: 'auto' }),
        arrival({ setpoint: null }, { faults: { setpoint: 'dial unplugged' }, isLate: true }),
      ]);
    }
    await using store = await openStore(made.place);
    const hall = { device: 'hall', at: base, receivedAt: base + 9, isLate: false };
    expect(await store.latest()).toEqual([
      { ...hall, quantity: 'heating', value: true },
      { ...hall, quantity: 'mode', value: 'auto' },
      { ...hall, quantity: 'setpoint', value: null, isLate: true, fault: 'dial unplugged' },
      { ...hall, quantity: 'temperature', value: 20.6 },
    ]);
  });

  test('a key that came before is a duplicate, in the same batch, a later one and after a restart', async () => {
    await using made = await makePlace();
    const one = arrival({ temperature: 20 });
    const other = arrival({ temperature: 21 }, { key: { boot: 2, seq: one.key!.seq }, at: base + 1 });
    {
      await using store = await openStore(made.place);
      expect(await store.append([one, one, other])).toEqual(['stored', 'duplicate', 'stored']);
      expect(await store.append([one])).toEqual(['duplicate']);
    }
    await using store = await openStore(made.place);
    expect(await store.append([{ ...one, values: { temperature: 5 } }])).toEqual(['duplicate']);
    expect((await store.raw({ device: 'hall', quantity: 'temperature', ...all })).value).toEqual(
      Float64Array.of(20, 21),
    );
    expect(await store.progress()).toEqual([
      { device: 'hall', boot: 2, seq: one.key!.seq, missing: 0, duplicates: 3 },
    ]);
  });

  test('without a key a repeat is the same value at the same time, and another value corrects it', async () => {
    await using temporary = await openTemporary();
    const { store } = temporary;
    const radio = (temperature: number): Arrival => arrival({ temperature, humidity: 40 }, { key: null });
    expect(await store.append([radio(20), radio(20), radio(21), radio(21)])).toEqual([
      'stored',
      'duplicate',
      'stored',
      'duplicate',
    ]);
    expect((await store.raw({ device: 'hall', quantity: 'temperature', ...all })).value).toEqual(
      Float64Array.of(21),
    );
    expect(await store.progress()).toEqual([]);
  });

  test('gaps in seq count as missing until they are filled', async () => {
    await using temporary = await openTemporary();
    const { store } = temporary;
    const missing = async () => (await store.progress()).map((one) => one.missing);
    const numbered = (boot: number, one: number) => arrival({ power: 1 }, { key: { boot, seq: one } });
    await store.append([numbered(1, 5), numbered(1, 9), numbered(2, 1), numbered(2, 3)]);
    expect(await missing()).toEqual([4]);
    await store.append([numbered(1, 7), numbered(2, 2)]);
    expect(await missing()).toEqual([2]);
  });

  test('the spans of a newest boot tell what came of it, and where its gaps are', async () => {
    await using temporary = await openTemporary();
    const { store } = temporary;
    const numbered = (device: string, boot: number, one: number) =>
      arrival({ power: 1 }, { device, key: { boot, seq: one } });
    expect(await store.spans()).toEqual([]);
    const ofHall = [
      numbered('hall', 1, 1),
      numbered('hall', 1, 4),
      ...[2, 3, 7, 5].map((n) => numbered('hall', 2, n)),
    ];
    await store.append([
      ...ofHall,
      numbered('bath', 9, 1),
      arrival({ power: 1 }, { device: 'attic', key: null }),
    ]);
    expect(await store.spans()).toEqual([
      { device: 'bath', boot: 9, first: 1, last: 1 },
      { device: 'hall', boot: 2, first: 2, last: 3 },
      { device: 'hall', boot: 2, first: 5, last: 5 },
      { device: 'hall', boot: 2, first: 7, last: 7 },
    ]);
  });

  test('rollups follow late and corrected readings, down to an emptied bucket', async () => {
    await using temporary = await openTemporary();
    const { store } = temporary;
    const put = (minutes: number, temperature: number | null) =>
      store.append([arrival({ temperature }, { at: base + minutes * minute })]);
    const quarters = async () => {
      const [points] = await store.points({
        series: [{ device: 'hall', quantity: 'temperature' }],
        from: base,
        to: base + 60 * minute,
        count: 4,
      });
      return bucketsOf(points!).map(({ start, count, sum }) => [(start - base) / minute, count, sum]);
    };
    for (const [minutes, value] of [
      [1, 20],
      [20, 21],
      [50, 22],
    ] as const)
      await put(minutes, value);
    expect(await quarters()).toEqual([
      [0, 1, 20],
      [15, 1, 21],
      [45, 1, 22],
    ]);
    await put(2, 23);
    await put(20, 11);
    expect(await quarters()).toEqual([
      [0, 2, 43],
      [15, 1, 11],
      [45, 1, 22],
    ]);
    await put(20, null);
    expect(await quarters()).toEqual([
      [0, 2, 43],
      [45, 1, 22],
    ]);
    await store.seal();
    expect(await quarters()).toEqual([
      [0, 2, 43],
      [45, 1, 22],
    ]);
    expect(await temporary.verify()).toMatchObject({ readings: 4 });
  });

  test('the buckets at the edges count only what lies within the range', async () => {
    await using temporary = await openTemporary();
    const { store } = temporary;
    const minutes = Array.from({ length: 240 }, (_, i) => i);
    await store.append(minutes.map((i) => arrival({ power: i }, { at: base + i * minute })));
    const [points] = await store.points({
      series: [{ device: 'hall', quantity: 'power' }],
      from: base + 10 * minute,
      to: base + 190 * minute,
      count: 4,
    });
    expect(points).toMatchObject({ device: 'hall', quantity: 'power', widthMs: 60 * minute });
    expect(bucketsOf(points!)).toMatchObject([
      { start: base, count: 50, min: 10, max: 59, last: 59 },
      { start: base + 60 * minute, count: 60, min: 60, max: 119 },
      { start: base + 120 * minute, count: 60, min: 120, max: 179 },
      { start: base + 180 * minute, count: 10, min: 180, max: 189, last: 189 },
    ]);
  });

  test('a series that is not there has no points and no readings', async () => {
    await using temporary = await openTemporary();
    const { store } = temporary;
    const [points] = await store.points({
      series: [{ device: 'nobody', quantity: 'mode' }],
      ...all,
      count: 10,
    });
    expect(points!.start).toHaveLength(0);
    expect((await store.raw({ device: 'nobody', quantity: 'mode', ...all })).at).toHaveLength(0);
  });

  test('a forgotten device leaves nothing behind and may come anew with the same keys', async () => {
    await using temporary = await openTemporary();
    const { store } = temporary;
    const readings = [0, 70, 140].map((i) => arrival({ power: i }, { at: base + i * minute }));
    const others = readings.map((one) => ({ ...one, device: 'bath' }));
    await store.append([...readings, ...others]);
    await Promise.all([store.forget(['hall', 'nobody']), store.append(readings.slice(2))]);
    expect((await store.latest()).map(({ device, value }) => [device, value])).toEqual([
      ['bath', 140],
      ['hall', 140],
    ]);
    expect((await store.raw({ device: 'hall', quantity: 'power', ...all })).at).toHaveLength(1);
    expect((await store.progress()).map(({ device, missing }) => [device, missing])).toEqual([
      ['bath', 0],
      ['hall', 0],
    ]);
    await store.seal();
    expect(await temporary.verify()).toMatchObject({ readings: 4, blocks: 2 });
    await store.forget(['hall']);
    expect(await temporary.verify()).toMatchObject({ readings: 3, blocks: 1 });
  });

  test('a device that begins anew keeps its history, and its first numbers are not repeats', async () => {
    await using temporary = await openTemporary();
    const { store } = temporary;
    const first = arrival({ power: 1 }, { at: base });
    await store.append([first]);
    await store.beginAnew(['hall']);
    expect(await store.append([{ ...first, at: base + minute }])).toEqual(['stored']);
    expect((await store.raw({ device: 'hall', quantity: 'power', ...all })).at).toHaveLength(2);
    expect(await store.progress()).toMatchObject([{ device: 'hall', missing: 0, duplicates: 0 }]);
  });

  test('days begin at midnight of the time zone, and are 23 and 25 hours long where clocks change', async () => {
    await using temporary = await openTemporary();
    const { store } = temporary;
    // Clocks in Berlin went forward on 29 March 2026 and back on 25 October.
    for (const [day, hours] of [
      ['2026-03-29', 23],
      ['2026-10-25', 25],
      ['2026-06-01', 24],
    ] as const) {
      const from = Date.parse(`${day}T00:00:00Z`) - 12 * 60 * minute;
      const readings = Array.from({ length: 96 }, (_, i) =>
        arrival({ power: 1 }, { at: from + i * 30 * minute }),
      );
      await store.append(readings);
      await store.seal();
      const [points] = await store.points({
        series: [{ device: 'hall', quantity: 'power' }],
        from,
        to: from + 48 * 60 * minute,
        count: 2,
        timeZone: 'Europe/Berlin',
        holdMs: 60 * minute,
      });
      const midnight = new Date(points!.start[1]!).toLocaleString('sv-SE', { timeZone: 'Europe/Berlin' });
      expect(midnight).toBe(`${day} 00:00:00`);
      expect(points!.count[1]).toBe(hours * 2);
      expect(points!.coveredMs[1]).toBe(hours * 60 * minute);
    }
  });

  test('stamps can be kept to a tenth of a second', async () => {
    await using made = await makePlace();
    await using store = await openStore({ ...made.place, stampMs: 100 });
    const radio = (at: number): Arrival => arrival({ power: 1 }, { at, key: null });
    expect(await store.append([radio(base + 49), radio(base + 951), radio(base - 38)])).toEqual([
      'stored',
      'stored',
      'duplicate',
    ]);
    expect((await store.raw({ device: 'hall', quantity: 'power', ...all })).at).toEqual(
      Float64Array.of(base, base + 1000),
    );
  });

  test('the extent of a series tells from when to when it reaches, and how many readings it has', async () => {
    await using temporary = await openTemporary();
    const { store } = temporary;
    const at = (i: number) => arrival({ power: i }, { at: base + i * minute });
    await store.append([at(1), at(2)]);
    await store.seal();
    await store.append([at(3), arrival({ mode: 'heat' }, { at: base })]);
    expect(await store.extents()).toEqual([
      { device: 'hall', quantity: 'mode', first: base, last: base, count: 1 },
      { device: 'hall', quantity: 'power', first: base + minute, last: base + 3 * minute, count: 3 },
    ]);
  });

  test.for([
    { what: 'a choice that is not one', values: { mode: 'boost' } },
    { what: 'a number where a boolean belongs', values: { heating: 1 } },
    { what: 'NaN', values: { temperature: NaN } },
    { what: 'a quantity that the contract does not have', values: { pressure: 1 } },
  ])('$what is a bug of the caller, and nothing of the batch is stored', async ({ values }) => {
    await using temporary = await openTemporary();
    const { store } = temporary;
    const batch = [arrival({ power: 1 }), arrival(values)];
    await expect(store.append(batch)).rejects.toThrow(TypeError);
    expect(await store.latest()).toEqual([]);
  });

  test('close stores what waits, may be called twice, and calls after it reject', async () => {
    await using made = await makePlace();
    const store = await openStore(made.place);
    const appends = Array.from({ length: 50 }, (_, i) =>
      store.append([arrival({ power: i }, { at: base + i })]),
    );
    await Promise.all([store.close(), store.close()]);
    expect((await Promise.all(appends)).flat()).toEqual(Array.from({ length: 50 }, () => 'stored'));
    await expect(store.append([arrival({ power: 1 })])).rejects.toThrow('closed');
    await using again = await openStore(made.place);
    expect((await again.raw({ device: 'hall', quantity: 'power', ...all })).at).toHaveLength(50);
  });

  test('the state tells how many values were stored and how long the last commit took', async () => {
    await using temporary = await openTemporary();
    const { store } = temporary;
    expect(store.state()).toEqual({ isWritable: true, readings: 0, lastCommitMs: null });
    await store.append([arrival({ power: 1, heating: true })]);
    expect(store.state()).toEqual({ isWritable: true, readings: 2, lastCommitMs: expect.any(Number) });
  });
});
