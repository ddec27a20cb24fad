import type { Building, Room } from './building.ts';
import type { Link, Network } from './network.ts';

/** Where a room is in the network: its nodes, its sensor among the states, and its links to the outside. */
export interface Place {
  room: Room;
  air: number;
  /** −1 where the fabric has none. */
  mass: number;
  /** −1 where it is not an electric one. */
  heater: number;
  sensor: number;
  losses: readonly Link[];
}

export interface Layout extends Network {
  places: readonly Place[];
  /** Partitions as links between air nodes, with the rooms they part. */
  partitions: readonly { rooms: readonly [number, number]; link: Link }[];
}

/** The node of the air outside. */
export const outside = 0;

/** A building as a network of nodes: the outside, and each room's air, mass and electric heater. */
export function layOut({ rooms, partitions }: Building): Layout {
  const capacitiesJPerK = [Infinity];
  const links: Link[] = [];
  const node = (capacityJPerK: number): number => capacitiesJPerK.push(capacityJPerK) - 1;
  const link = (a: number, b: number, wPerK: number): Link => {
    const made: Link = { between: [a, b], wPerK };
    links.push(made);
    return made;
  };
  const placed = rooms.map((room) => {
    const { fabric, heater } = room;
    const air = node(fabric.air.capacityJPerK);
    const losses = [link(air, outside, fabric.air.toOutsideWPerK)];
    const mass = fabric.mass ? node(fabric.mass.capacityJPerK) : -1;
    if (fabric.mass) {
      link(mass, air, fabric.mass.toAirWPerK);
      losses.push(link(mass, outside, fabric.mass.toOutsideWPerK));
    }
    const isElectric = heater?.kind === 'electric';
    const body = isElectric ? node(heater.capacityJPerK) : -1;
    if (isElectric) link(body, air, heater.toAirWPerK);
    return { room, air, mass, heater: body, losses };
  });
  return {
    capacitiesJPerK,
    links,
    followers: placed.map(({ room, air }) => ({ of: air, timeConstantS: room.sensor.timeConstantS })),
    places: placed.map((place, i) => ({ ...place, sensor: capacitiesJPerK.length + i })),
    partitions: partitions.map(({ between: [a, b], wPerK }) => ({
      rooms: [a, b],
      link: link(placed[a]!.air, placed[b]!.air, wPerK),
    })),
  };
}
