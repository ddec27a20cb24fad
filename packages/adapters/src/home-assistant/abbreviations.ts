import { isObject, type Json } from '../json.ts';

/**
 * The short names of keys that are read here.
 * @see https://github.com/home-assistant/core/blob/dev/homeassistant/components/mqtt/abbreviations.py
 */
const keys: Readonly<Record<string, string>> = {
  act_t: 'action_topic',
  act_tpl: 'action_template',
  avty: 'availability',
  avty_mode: 'availability_mode',
  avty_t: 'availability_topic',
  avty_tpl: 'availability_template',
  cmd_t: 'command_topic',
  cmd_tpl: 'command_template',
  cmps: 'components',
  curr_hum_t: 'current_humidity_topic',
  curr_hum_tpl: 'current_humidity_template',
  curr_temp_t: 'current_temperature_topic',
  curr_temp_tpl: 'current_temperature_template',
  dev: 'device',
  dev_cla: 'device_class',
  ent_cat: 'entity_category',
  mode_stat_t: 'mode_state_topic',
  mode_stat_tpl: 'mode_state_template',
  o: 'origin',
  obj_id: 'object_id',
  p: 'platform',
  pl_avail: 'payload_available',
  pl_not_avail: 'payload_not_available',
  pl_off: 'payload_off',
  pl_on: 'payload_on',
  stat_off: 'state_off',
  stat_on: 'state_on',
  stat_t: 'state_topic',
  t: 'topic',
  temp_cmd_t: 'temperature_command_topic',
  temp_cmd_tpl: 'temperature_command_template',
  temp_stat_t: 'temperature_state_topic',
  temp_stat_tpl: 'temperature_state_template',
  temp_unit: 'temperature_unit',
  uniq_id: 'unique_id',
  unit_of_meas: 'unit_of_measurement',
  val_tpl: 'value_template',
};

/** Those below `device` and `origin`. */
const deviceKeys: Readonly<Record<string, string>> = {
  cns: 'connections',
  ids: 'identifiers',
  mf: 'manufacturer',
  mdl: 'model',
  sw: 'sw_version',
};

/** A config with the long names of its keys, and `~` in its topics replaced by what it stands for. */
export function expand(config: Json): Json {
  const long = rename(config, keys);
  for (const part of ['device', 'origin'])
    if (isObject(long[part])) long[part] = rename(long[part], deviceKeys);
  if (Array.isArray(long['availability']))
    long['availability'] = long['availability'].map((each: unknown) =>
      isObject(each) ? rename(each, keys) : each,
    );
  const base = typeof config['~'] === 'string' ? config['~'] : null;
  return base === null ? long : withBase(long, base);
}

function rename(object: Json, names: Readonly<Record<string, string>>): Json {
  // Without a prototype: a key `__proto__` of the config is then a key like any other.
  const renamed = Object.create(null) as Json;
  for (const [key, value] of Object.entries(object))
    renamed[Object.hasOwn(names, key) ? names[key]! : key] = value;
  return renamed;
}

function withBase(config: Json, base: string): Json {
  for (const [key, value] of Object.entries(config))
    if (key.endsWith('topic') && typeof value === 'string') config[key] = replaceBase(value, base);
    else if (key === 'availability' && Array.isArray(value))
      value.forEach((each) => isObject(each) && withBase(each, base));
  return config;
}

function replaceBase(topic: string, base: string): string {
  if (topic.startsWith('~')) return base + topic.slice(1);
  return topic.endsWith('~') ? topic.slice(0, -1) + base : topic;
}
