import type { About, QuantityName } from '@hearth/contract';
import { deviceId, label } from '../device-id.ts';
import { manifestOf } from '../manifest.ts';
import type { Entity, Point, Setter } from './entity.ts';

/** A device of Hearth, made of the entities of one device of Home Assistant. */
export interface Made {
  id: string;
  name: string;
  about: About;
  /** Which entity gives which quantity, and where in it. */
  givers: ReadonlyMap<QuantityName, { entity: Entity; point: Point }>;
  entities: readonly Entity[];
  setter: Setter | null;
}

/**
 * The devices that a group of entities comes to. Each quantity is the first entity's that gives it: a climate's
 * before others', then by unique id, so that it is the same after each start. A second climate, and in a group
 * without one a second temperature, is a device of its own; anything else that is there twice is left out.
 */
export function makeDevices(group: readonly Entity[]): Made[] {
  const sorted = group.toSorted((a, b) => rank(a) - rank(b) || (a.uniqueId < b.uniqueId ? -1 : 1));
  const hasClimate = sorted.some(({ component }) => component === 'climate');
  const main: Entity[] = [];
  const others: Entity[][] = [];
  const taken = new Set<QuantityName>();
  for (const entity of sorted) {
    const quantities = entity.points.map(({ quantity }) => quantity);
    if (quantities.length === 0) continue;
    if (
      quantities.some((quantity) => !taken.has(quantity)) &&
      !(taken.size > 0 && entity.component === 'climate')
    ) {
      main.push(entity);
      for (const quantity of quantities) taken.add(quantity);
    } else if (entity.component === 'climate' || (!hasClimate && quantities.includes('temperature')))
      others.push([entity]);
  }
  if (main.length === 0) return [];
  return [
    make(main, main[0]!.group, null),
    ...others.map((each) => make(each, each[0]!.uniqueId, each[0]!.name)),
  ];
}

function rank({ component }: Entity): number {
  return component === 'climate' ? 0 : 1;
}

function make(entities: readonly Entity[], known: string, ownName: string | null): Made {
  const givers = new Map<QuantityName, { entity: Entity; point: Point }>();
  for (const entity of entities)
    for (const point of entity.points)
      if (!givers.has(point.quantity)) givers.set(point.quantity, { entity, point });
  const { device, name } = entities[0]!;
  const setter = givers.get('setpoint')?.entity.setter ?? null;
  return {
    id: deviceId(['ha', known]),
    name: ownName ?? label(device['name'], 60) ?? name,
    about: manifestOf({
      maker: device['manufacturer'],
      model: device['model'],
      firmware: device['sw_version'],
      quantities: givers.keys(),
      isHeater: givers.has('heating'),
      isOnChange: true,
      isAsked: [...givers.values()].some(({ point }) => point.hook !== null),
      setpoint: setter?.limits ?? null,
    }),
    givers,
    entities,
    setter,
  };
}
