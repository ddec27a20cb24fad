import { RefusalError } from '../answering.ts';
import { climateAttributes, climateQuantities, climateValue, sayClimate, sayEntity } from './entities.ts';
import type { Intake } from './intake.ts';
import { parsePoint, type Point } from './line-protocol.ts';
import { readLines } from './lines.ts';
import { quantityNamed } from './names.ts';
import type { Mark, Position } from './position.ts';
import type { Said } from './targets.ts';

/** Tags that say which device a point is of, the best first. */
const deviceTags = ['device', 'device_id', 'entity_id', 'sensor', 'sensor_id', 'id', 'name', 'room', 'host'];

/** What `influx_inspect export` writes beside points. */
const isComment = (line: string): boolean =>
  line === '' || line.startsWith('#') || line.startsWith('CREATE DATABASE ');

/** InfluxDB's line protocol, each field a reading of its own. Points without a time have none to be stored at. */
export async function* readLineProtocol(path: string, from: Position, intake: Intake): AsyncGenerator<Mark> {
  let row = from.row;
  for await (const { lines, end, size } of readLines(path, from.offset)) {
    for (const line of lines) {
      row++;
      if (typeof line === 'string') takeLine(intake, line, row);
      else intake.skip(line.reason, row, line.got, 'a line of UTF-8 of at most 8,192 characters');
    }
    if (from.offset === 0 && row > 0 && isBinary(lines[0]))
      throw new RefusalError('not-this-format', 'This is not text: line protocol is a point a line.');
    yield { position: { ...from, offset: end, row }, share: end / size };
  }
}

function isBinary(line: unknown): boolean {
  return typeof line !== 'string' || line.includes('\0');
}

function takeLine(intake: Intake, line: string, row: number): void {
  if (isComment(line)) return;
  const point = parsePoint(line);
  if (point === null) return intake.skip('line', row, line, 'measurement,tag=… field=… time');
  for (const [field, value] of point.fields) {
    if (point.time === null) intake.skip('time', row, line, 'a time at the end of the line');
    else intake.take({ ...sayField(point, field), at: point.time, value: valueOf(point, field, value) }, row);
  }
}

/** Home Assistant's own exporter names the unit as the measurement, and the entity in its tags. */
function entityOf({ tags }: Point): string | null {
  const [domain, name] = [tags.get('domain'), tags.get('entity_id')];
  return domain === undefined || name === undefined ? null : `${domain}.${name}`;
}

function climateAttributeOf(field: string) {
  const name = field === 'state' ? 'hvac_mode' : field.replace(/_str$/, '');
  return climateAttributes.find((each) => each === name && each in climateQuantities);
}

function sayField(point: Point, field: string): Said {
  const entity = entityOf(point);
  if (entity === null) return sayPlain(point, field);
  const attribute = entity.startsWith('climate.') ? climateAttributeOf(field) : undefined;
  if (attribute) return sayClimate(entity, attribute, null);
  if (field !== 'value') return { name: `${entity}#${field}`, device: null, quantity: null, unit: null };
  const deviceClass = point.fields.get('device_class_str');
  return sayEntity(entity, {
    unit: point.measurement,
    deviceClass: typeof deviceClass === 'string' ? deviceClass : null,
  });
}

/** The field says the quantity, or the measurement does. The source is named by all that tells it from others. */
function sayPlain({ measurement, tags }: Point, field: string): Said {
  const device = deviceTags.map((tag) => tags.get(tag)).find((value) => value !== undefined) ?? null;
  const quantity = quantityNamed(field) ?? (field === 'value' ? quantityNamed(measurement) : null);
  const tagText = [...tags].map(([tag, value]) => `,${tag}=${value}`).join('');
  return {
    name: `${measurement}${tagText} ${field}`.slice(0, 512),
    device: device ?? (quantityNamed(measurement) === null ? measurement : null),
    quantity,
    unit: null,
  };
}

function valueOf(point: Point, field: string, value: string | boolean): unknown {
  const attribute = entityOf(point)?.startsWith('climate.') ? climateAttributeOf(field) : undefined;
  return attribute ? climateValue(attribute, value) : value;
}
