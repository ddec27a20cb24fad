import type { Speaks } from '@hearth/contract';

/** `base` is put in; where none is given it is the one that the software has by itself, else the gateway's id. */
const table: Readonly<Record<Speaks, { base?: string; topics: readonly string[] }>> = {
  rtl_433: { base: 'rtl_433', topics: ['{base}/#'] },
  // Its own discovery for Home Assistant stays off: what it says natively is read.
  zigbee2mqtt: { base: 'zigbee2mqtt', topics: ['{base}/#'] },
  shelly: { topics: ['{base}/#', 'shellies/command'] },
  'shelly-gen1': { topics: ['shellies/{base}/#', 'shellies/command', 'shellies/announce'] },
  tasmota: {
    topics: ['cmnd/{base}/#', 'stat/{base}/#', 'tele/{base}/#', 'tasmota/discovery/#', 'cmnd/tasmotas/#'],
  },
  discovery: { topics: ['{base}/#', 'homeassistant/+/{base}/+/config', 'homeassistant/status'] },
  // Its announcements have no level of their own for it.
  ebusd: { base: 'ebusd', topics: ['{base}/#', 'homeassistant/+/+/config', 'homeassistant/status'] },
  // What Hearth and others announce, and Hearth's own part for it; other software's topics it has no right to.
  'home-assistant': { topics: ['homeassistant/#', 'hearth/ha/#'] },
};

/** The topic filters that a gateway may publish to and subscribe within, and nothing else: at most eight. */
export function gatewayTopics(speaks: Speaks, id: string, base?: string): string[] {
  const { base: ownBase = id, topics } = table[speaks];
  return topics.map((topic) => topic.replace('{base}', base ?? ownBase));
}
