import type { BrokerFace } from '@hearth/contract';
import { expect, test } from 'vitest';
import { placeFor } from './broker-place.ts';

const face: BrokerFace = {
  listeners: [
    { kind: 'mqtt', host: '127.0.0.1', port: 1883 },
    { kind: 'mqtts', host: '0.0.0.0', port: 8883 },
    { kind: 'mutual', host: '::', port: 8885 },
  ],
  ca: null,
};
const urls = { brokerUrl: 'mqtt://127.0.0.1:1883', deviceUrl: undefined };
const device = { hostname: 'hearth.local', ip: '192.168.1.40' };

test.each([
  ['a device of the network hears of the doors that are open to it', device, urls, 'hearth.local', { mqtts: 8883, mutual: 8885 }],
  ['one on this machine hears of all', { hostname: 'localhost', ip: '127.0.0.1' }, urls, 'localhost', { mqtt: 1883, mqtts: 8883, mutual: 8885 }],
  ['an IPv6 address loses its brackets', { ...device, hostname: '[fd00::1]' }, urls, 'fd00::1', { mqtts: 8883, mutual: 8885 }],
  ['a broker on another machine is there', device, { ...urls, brokerUrl: 'mqtt://10.0.0.7:1883' }, '10.0.0.7', { mqtts: 8883, mutual: 8885 }],
  ['what the owner set goes before', device, { ...urls, deviceUrl: 'mqtt://home.example:2883' }, 'home.example', { mqtt: 2883 }],
])('%s', (_what, caller, set, host, ports) => {
  expect(placeFor(face, caller, set)).toEqual({ host, ports });
}); // prettier-ignore
