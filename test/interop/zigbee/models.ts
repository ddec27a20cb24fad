import type { Attribute, Attributes } from './attributes.ts';
import type { ZigbeeModel } from './device.ts';

/** Clusters of ZCL, and their attributes that the tests speak of. */
export const thermostat = {
  cluster: 0x0201,
  temperature: 0x0000,
  demand: 0x0008,
  setpoint: 0x0012,
  running: 0x0029,
};
export const temperature = { cluster: 0x0402, measured: 0x0000 };
export const meter = { cluster: 0x0b04, power: 0x050b };

type NumberType = Exclude<Attribute['type'], 'string'>;
type Row = [id: number, type: NumberType, value: number];

const attributes = (...rows: readonly Row[]): Attributes =>
  new Map(rows.map(([id, type, value]) => [id, { type, value }]));
const ofOne =
  (type: NumberType) =>
  (id: number): Row => [id, type, 1];

function basic(maker: string, model: string, power: number, build: string): [number, Attributes] {
  const text = (value: string): Attribute => ({ type: 'string', value });
  return [
    0x0000,
    new Map([
      ...attributes(
        [0x0000, 'uint8', 3],
        [0x0001, 'uint8', 1],
        [0x0003, 'uint8', 1],
        [0x0007, 'enum8', power],
      ),
      [0x0004, text(maker)],
      [0x0005, text(model)],
      [0x0006, text('20240101')],
      [0x4000, text(build)],
    ]),
  ];
}

/** 21.3 °C, setpoint 20 °C: a valve on batteries. */
export const trvzb = (): ZigbeeModel => ({
  maker: 'SONOFF',
  model: 'TRVZB',
  manufacturerCode: 0x1286,
  isMains: false,
  deviceType: 0x0301,
  clusters: new Map([
    basic('SONOFF', 'TRVZB', 3, '1.1.4'),
    [0x0001, attributes([0x0021, 'uint8', 174])],
    [
      thermostat.cluster,
      attributes(
        [thermostat.temperature, 'int16', 2130],
        [thermostat.setpoint, 'int16', 2000],
        [0x0010, 'int8', 0],
        [0x001c, 'enum8', 4],
        [thermostat.running, 'bitmap16', 0],
      ),
    ],
    // The maker's own: child lock, open window, frost protection, steps and voltages of the motor, degrees of opening.
    [
      0xfc11,
      attributes(
        [0x0000, 'bool', 0],
        [0x6000, 'bool', 0],
        [0x6002, 'int16', 700],
        ...[0x6003, 0x6004, 0x6005, 0x6006, 0x6007].map(ofOne('uint16')),
        ...[0x600b, 0x600c, 0x600e].map(ofOne('uint8')),
      ),
    ],
  ]),
});

/** 18.6 °C and 47 %. */
export const snzb02p = (): ZigbeeModel => ({
  maker: 'eWeLink',
  model: 'SNZB-02P',
  manufacturerCode: 0x1286,
  isMains: false,
  deviceType: 0x0302,
  clusters: new Map([
    basic('eWeLink', 'SNZB-02P', 3, '2.1.0'),
    [0x0001, attributes([0x0021, 'uint8', 200])],
    [temperature.cluster, attributes([temperature.measured, 'int16', 1860])],
    [0x0405, attributes([0x0000, 'uint16', 4700])],
    // How often it asks for messages, and the maker's own calibration.
    [0x0020, attributes()],
    [0xfc11, attributes([0x2003, 'int16', 0], [0x2004, 'int16', 0])],
  ]),
});

/** 19.4 °C, setpoint 19 °C: the thermostat in the wall of an electric heater of 1 kW, which is off. */
export const th1123zb = (): ZigbeeModel => ({
  maker: 'Sinope Technologies',
  model: 'TH1123ZB',
  manufacturerCode: 0x119c,
  isMains: true,
  deviceType: 0x0301,
  clusters: new Map([
    basic('Sinope Technologies', 'TH1123ZB', 1, '1.0'),
    [
      thermostat.cluster,
      attributes(
        [thermostat.temperature, 'int16', 1940],
        [thermostat.demand, 'uint8', 0],
        [thermostat.setpoint, 'int16', 1900],
        [0x0014, 'int16', 1700],
        [0x001c, 'enum8', 4],
      ),
    ],
    [0x0204, attributes([0x0000, 'enum8', 0], [0x0001, 'enum8', 0])],
    // It counts Wh, and measures W.
    [0x0702, attributes([0x0000, 'uint48', 12_345], [0x0301, 'uint24', 1], [0x0302, 'uint24', 1000])],
    [
      meter.cluster,
      attributes(
        [meter.power, 'int16', 0],
        [0x0505, 'uint16', 240],
        [0x0508, 'uint16', 0],
        ...[0x0600, 0x0601, 0x0602, 0x0603, 0x0604, 0x0605].map(ofOne('uint16')),
      ),
    ],
    // The maker's own.
    [
      0xff01,
      attributes(
        [0x0001, 'enum8', 0],
        [0x0002, 'enum8', 0],
        [0x0010, 'int16', -32_768],
        [0x0011, 'uint16', 900],
      ),
    ],
  ]),
});
