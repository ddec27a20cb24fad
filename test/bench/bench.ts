import { parseArgs } from 'node:util';
import { measureBroker } from './broker.ts';
import { type BenchOptions, type Figure, isOk, printFigures } from './figure.ts';
import { measureMqtt5 } from './mqtt5/measure.ts';
import { measureMonitoring } from './monitoring.ts';
import { measureProbe } from './probe.ts';
import { measureSimulate } from './simulate.ts';
import { measureStore } from './store.ts';
import { measureWhole } from './whole.ts';

/** What can be measured, by name. Each resolves to its figures or throws when it could not measure. */
const benches: Record<string, (options: BenchOptions) => Promise<Figure[]>> = {
  whole: measureWhole,
  broker: measureBroker,
  mqtt5: measureMqtt5,
  store: measureStore,
  simulate: measureSimulate,
  probe: measureProbe,
  monitoring: measureMonitoring,
};

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    quick: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    readings: { type: 'string' },
    grown: { type: 'boolean', default: false },
    beside: { type: 'string' },
  },
});
const name = positionals[0] ?? 'whole';
const bench = benches[name];
if (!bench) {
  console.error(`There is no bench "${name}": choose one of ${Object.keys(benches).join(', ')}.`);
  process.exit(2);
}
if (values.quick && !values.json) console.log(`${name}, quick: fewer samples than the figures in the README`);
try {
  const figures = await bench({
    isQuick: values.quick,
    isJson: values.json,
    isGrown: values.grown,
    ...(values.beside !== undefined && { beside: values.beside.split(',') }),
    ...(values.readings !== undefined && { readings: Number(values.readings) }),
  });
  printFigures(figures, values.json);
  process.exitCode = figures.every(isOk) ? 0 : 1;
} catch (error) {
  console.error(`${name} could not be measured: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 2;
}
