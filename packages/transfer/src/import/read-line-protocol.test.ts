import { expect, test } from 'vitest';
import { linesOf, readText } from '../test-transfer.ts';

const ns = '1795363200000000000';
const at = '2026-11-22T16:00:00.000Z';

test.for<[line: string, readings: string[]]>([
  [
    `climate,device=hall temperature=20.6,setpoint=21,heating=true ${ns}`,
    [`hall temperature ${at} 20.6`, `hall setpoint ${at} 21`, `hall heating ${at} true`],
  ],
  [`climate,device=hall temperature=20.6 1795363200`, [`hall temperature ${at} 20.6`]],
  [`climate,device=hall temperature=20.6 1795363200000`, [`hall temperature ${at} 20.6`]],
  [`temperature,room=Living\\ Room value=20i ${ns}`, [`living-room temperature ${at} 20`]],
  [`hall humidity=55.5 ${ns}`, [`hall humidity ${at} 55.5`]],
  [`th\\,er\\=mo,host=pi,device=a\\,b\\=c\\ d mode="heat" ${ns}`, [`a-b-c-d mode ${at} heat`]],
  [`m,device=hall mode="off",battery_level=80u ${ns}`, [`hall mode ${at} off`, `hall battery ${at} 80`]],
  // As Home Assistant's exporter writes them: the unit, then the entity.
  [
    `°C,domain=sensor,entity_id=living_room_temperature value=21.5,device_class_str="temperature" ${ns}`,
    [`living-room temperature ${at} 21.5`],
  ],
  [`°F,domain=sensor,entity_id=attic_temperature value=70 ${ns}`, [`attic temperature ${at} 21.111`]],
  [`%,domain=sensor,entity_id=hall_humidity value=55 ${ns}`, [`hall humidity ${at} 55`]],
  [`kW,domain=sensor,entity_id=boiler_power value=1.5 ${ns}`, [`boiler power ${at} 1500`]],
  [
    `state,domain=climate,entity_id=hall current_temperature=20.5,temperature=21,hvac_action_str="heating",state="heat" ${ns}`,
    [
      `hall temperature ${at} 20.5`,
      `hall setpoint ${at} 21`,
      `hall heating ${at} true`,
      `hall mode ${at} heat`,
    ],
  ],
])('%s is read', async ([line, readings]) => {
  const { arrivals, report } = await readText('line-protocol', `# DML\n\n${line}\n`);
  expect(linesOf(arrivals)).toEqual(readings);
  expect(report.skipped.filter(({ reason }) => reason !== 'not-mapped')).toEqual([]);
});

test.for<[reason: string, line: string]>([
  ['line', 'not a point'],
  ['line', `hall ${ns}`],
  ['line', `hall, temperature=20 ${ns}`],
  ['line', `hall temperature= ${ns}`],
  ['line', `hall temperature=20 ${ns} 1`],
  ['line', `hall temperature="20 ${ns}`],
  ['line', `,device=x temperature=20 ${ns}`],
  ['line', `hall temperature=20 soon`],
  ['line', `hall temperature=twenty ${ns}`],
  ['time', 'hall temperature=20'],
  ['time', 'hall temperature=20 1'],
  ['time', 'hall temperature=20 -1'],
  ['range', `hall temperature=200 ${ns}`],
  ['value', `hall temperature="warm" ${ns}`],
  ['not-mapped', `hall pressure=1013 ${ns}`],
  ['device', `temperature value=20 ${ns}`],
  ['range', `state,domain=climate,entity_id=hall current_temperature=70 ${ns}`],
])('a point is skipped for its %s, and costs no other: %s', async ([reason, line]) => {
  const good = `hall temperature=20.6 ${ns}`;
  const { arrivals, report } = await readText('line-protocol', `${good}\n${line}\n${good}\n`);
  expect(arrivals).toHaveLength(2);
  expect(report.skipped).toMatchObject([{ reason, count: 1, examples: [{ row: 2 }] }]);
});

test('of a home in °F the mapping says so', async () => {
  const line = `state,domain=climate,entity_id=hall current_temperature=70 ${ns}\n`;
  const { arrivals } = await readText('line-protocol', line, {
    'climate.hall#current_temperature': { unit: '°F' },
  });
  expect(linesOf(arrivals)).toEqual([`hall temperature ${at} 21.111`]);
});

test('two that say the same of one device are two', async () => {
  const text = [
    `°C,domain=sensor,entity_id=hall_temperature value=21.5 ${ns}`,
    `state,domain=climate,entity_id=hall current_temperature=20.5 ${ns}`,
    `°C,domain=sensor,entity_id=hall_temperature value=21.6 ${ns}`,
  ];
  const { arrivals } = await readText('line-protocol', text.join('\n'));
  expect(arrivals.map(({ device }) => device)).toEqual(['hall', 'hall-climate', 'hall']);
});
