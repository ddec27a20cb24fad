import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileTemplate } from './template.ts';

function render(source: string, payload: unknown): string | null {
  const text = typeof payload === 'string' ? payload : JSON.stringify(payload);
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    json = undefined;
  }
  return compileTemplate(source)?.(text, json) ?? null;
}

describe('a template as devices publish them', () => {
  it.each([
    // As captured from Zigbee2MQTT 2.14, EMS-ESP, zwave-js-ui, ebusd and rtl_433_mqtt_hass.py.
    ['a path', '{{ value_json.temperature }}', { temperature: 20.6 }, '20.6'],
    ['a path of keys', '{{ value_json["temp"].value }}', { temp: { value: 31.25 } }, '31.25'],
    [
      'a key of another key',
      "{% set values = {None:None,'idle':'idle','heat':'heating'} %}{{ values[value_json[\"running_state\"]] }}",
      { running_state: 'heat' },
      'heating',
    ],
    [
      'what is there, or else a literal',
      '{{value_json.hc1.seltemp if value_json.hc1.seltemp is defined and value_json.hc1 is defined else 0}}',
      { hc1: {} },
      '0',
    ],
    [
      'a dict of numbers with a default',
      '{{ {0: "off", 1: "heat", 11: "cool"}[value_json.value] | default(\'off\') }}',
      { value: 7 },
      'off',
    ],
    ['a number from text, rounded', '{{ value|float|round(1) }}', '26.85156', '26.9'],
    ['arithmetic on it', '{{ ((float(value) * 99)|round(0)) + 1 }}', '1', '100'],
    ['a default for what is no number', '{{ value | float(0) }}', 'nan', '0'],
    [
      'an if with branches',
      "{% if value_json.mode == 'auto' %}auto{% elif value_json.mode is undefined %}none{% else %}heat{% endif %}",
      { mode: 'manual' },
      'heat',
    ],
    ['get with a default', "{{ value_json.get('k','null')|lower }}", { x: 1 }, 'null'],
    [
      'availability of a value',
      "{{'online' if value_json.hc1.currtemp is defined else 'offline'}}",
      { hc1: {} },
      'offline',
    ],
    ['a multiple', '{{ value | multiply(0.1) | round(1) }}', '206', '20.6'],
    ['iif', "{{ iif(value_json.on, 'heating', 'idle') }}", { on: false }, 'idle'],
    [
      'comparison and logic',
      "{{ 'ON' if value_json.a > 0 and not value_json.b else 'OFF' }}",
      { a: 1 },
      'ON',
    ],
    ['an item of a list', '{{ value_json.t[1] }}', { t: [1, 2] }, '2'],
    ['membership', "{{ value_json.state in ['heat', 'auto'] }}", { state: 'heat' }, 'True'],
    ['text around an expression', 'is {{ value }}!', 'on', 'is on!'],
  ])('reads %s', (_, source, payload, text) => {
    expect(render(source, payload)).toBe(text);
  });

  it.each([
    ['a key that this message lacks', '{{ value_json.a.b }}', {}],
    [
      'what hangs below something that is not there, as in Jinja, so that no zero is made up',
      '{{ value_json.hc1.currtemp if value_json.hc1.currtemp is defined else 0 }}',
      { dhw: {} },
    ],
    ['what is_defined does not find', '{{ value_json.a | is_defined }}', {}],
    ['text where a number is needed', '{{ value | float }}', 'unavailable'],
    ['division by nothing', '{{ 1 / value_json.a }}', { a: 0 }],
    ['a loop', '{% for i in range(1000000000) %}x{% endfor %}', {}],
    ['a macro', '{% macro f() %}x{% endmacro %}{{ f() }}', {}],
    ['a function that reaches outside', "{{ now().strftime('%H') }}", {}],
    ['states of other things', "{{ states('sensor.x') }}", {}],
    ['a constructor', "{{ value_json.constructor('return process')() }}", { a: 1 }],
    ['a filter named like a member of objects', '{{ value | constructor }}', '1'],
    ['a test named so', '{{ value is toString }}', '1'],
    [
      'a text that doubles',
      '{% set a = "xxxxxxxx" %}'.concat('{% set a = a ~ a %}'.repeat(60), '{{ a }}'),
      '',
    ],
    ['nothing that is Jinja', '{{ value', ''],
    ['parentheses without end', `{{ ${'('.repeat(1900)} }}`, ''],
    ['a text longer than any template', `{{ value }}${' '.repeat(3000)}`, ''],
  ])('gives nothing for %s', (_, source, payload) => {
    expect(render(source, payload)).toBeNull();
  });

  it('sees own keys only', () => {
    for (const key of ['__proto__', 'constructor', 'toString', 'hasOwnProperty'])
      expect(render(`{{ value_json.${key} is defined }}`, { a: 1 })).toBe('False');
    expect(render('{{ value_json.__proto__.x }}', '{"__proto__":{"x":3}}')).toBe('3');
    expect(({} as Record<string, unknown>)['x']).toBeUndefined();
  });

  it('never throws, whatever the template and the message', () => {
    const words = fc.constantFrom(
      ...'{{ }} {% %} value value_json . [ ] ( ) | float round default if else elif endif set is in not == + - * / ~ , : "a" 1 {# #} \''.split(
        ' ',
      ),
    );
    const sources = fc.oneof(
      fc.string(),
      fc.array(words, { maxLength: 40 }).map((all) => all.join(' ')),
    );
    fc.assert(
      fc.property(sources, fc.jsonValue(), (source, json) => {
        const text = render(source, json);
        expect(text === null || typeof text === 'string').toBe(true);
      }),
      { numRuns: 1500 },
    );
  });
});
