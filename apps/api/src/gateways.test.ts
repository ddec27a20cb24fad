import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import { openGateways } from './gateways.ts';

function open() {
  const db = new Database(':memory:');
  db.exec('CREATE TABLE setting (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT');
  return { db, gateways: openGateways(db) };
}

test('a gateway keeps what it may touch, over a start; one of before is for rtl_433', () => {
  const { db, gateways } = open();
  gateways.define('attic', 'discovery');
  const topics = ['attic/#', 'homeassistant/+/attic/+/config', 'homeassistant/status'];
  expect(gateways.wanted('attic', 'gateway')).toEqual({ id: 'attic', role: 'gateway', topics });
  expect(openGateways(db).wanted('attic', 'gateway').topics).toEqual(topics);
  expect(gateways.wanted('radio', 'gateway').topics).toEqual(['rtl_433/#']);
  gateways.keep('radio', ['rtl_433/#', 'zigbee2mqtt/#']);
  expect(gateways.behind('zigbee2mqtt/x', ['radio', 'attic'])).toBe('radio');
  expect(gateways.wanted('hall', 'device')).toEqual({ id: 'hall', role: 'device' });
});

test('a message is laid to the only gateway that may have sent it', () => {
  const { gateways } = open();
  gateways.define('one', 'zigbee2mqtt');
  gateways.define('two', 'zigbee2mqtt', 'cellar');
  gateways.define('three', 'zigbee2mqtt', 'cellar');
  const ids = ['one', 'two', 'three'];
  expect(gateways.behind('zigbee2mqtt/bridge/state', ids)).toBe('one');
  expect(gateways.behind('cellar/bridge/state', ids)).toBeUndefined();
  expect(gateways.behind('tele/x/SENSOR', ids)).toBeUndefined();
  expect(gateways.behind('zigbee2mqtts/x', ids)).toBeUndefined();
});

test('an announcement names what its gateway reaches; a Home Assistant’s, and those of nobody known, name anything', () => {
  const { gateways } = open();
  gateways.define('attic', 'discovery');
  gateways.define('homeassistant', 'home-assistant');
  const ids = ['attic', 'homeassistant'];
  const reach = gateways.reachOf('homeassistant/sensor/attic/t/config', ids);
  expect(reach?.('attic/t')).toBe(true);
  expect(reach?.('zigbee2mqtt/trv/set')).toBe(false);
  expect(gateways.reachOf('homeassistant/sensor/other/t/config', ids)).toBeUndefined();
  expect(gateways.reachOf('homeassistant/sensor/attic/t/config', [])).toBeUndefined();
});
