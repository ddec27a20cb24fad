// A thermostat of Homie 5, as the README of node-homie makes a device.
import { homie, options } from './library.ts';

const device = new homie.HomieDevice({ id: 'hall', name: 'Hall' }, options);
const node = device.add(new homie.HomieNode(device, { id: 'thermostat', name: 'Thermostat' }));
const celsius = { datatype: 'float', retained: true, unit: '°C' };
const temperature = node.add(
  new homie.HomieProperty(node, { id: 'temperature', name: 'Temperature', settable: false, ...celsius }),
);
const setpoint = node.add(
  new homie.HomieProperty(node, { id: 'setpoint', name: 'Setpoint', settable: true, ...celsius }),
);
temperature.value = '20.6';
setpoint.value = '20';
setpoint.onSetMessage$.subscribe({ next: ({ valueStr }) => (setpoint.value = valueStr) });
await device.onInit();
