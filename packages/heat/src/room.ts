/**
 * What a room is made of, as heat sees it: its air, and behind a resistance the mass of its walls (2R2C).
 *
 *     C_a dT_a/dt = H_am (T_m − T_a) + H_ao (T_o − T_a) + P_a
 *     C_m dT_m/dt = H_am (T_a − T_m) + H_mo (T_o − T_m) + P_m
 *
 * A room without mass has one resistance and one capacity (1R1C): C dT/dt = H (T_o − T) + P. Good for teaching; it
 * warms too slowly where C is that of the walls.
 * @see Bacher & Madsen 2011, Identifying suitable models for the heat dynamics of buildings, Energy and Buildings 43
 */
export interface RoomFabric {
  /** Air, furniture and the skin of the walls. */
  air: { capacityJPerK: number; toOutsideWPerK: number };
  mass?: { capacityJPerK: number; toAirWPerK: number; toOutsideWPerK: number };
  /** Of radiant heat (the sun's, and half of people's and appliances') this share is in the air at once, 0 to 1. */
  radiantToAirShare: number;
}

/** The room of a textbook: H in W/K, C in J/K, time constant C/H. */
export function roomOfOneNode(lossWPerK: number, storesJPerK: number): RoomFabric {
  return { air: { capacityJPerK: storesJPerK, toOutsideWPerK: lossWPerK }, radiantToAirShare: 1 };
}

/** How heavy a room is built. */
export type Weight = 'light' | 'medium' | 'heavy';

/** What a room weighs to heat, for each m² of its floor. */
export interface MassClass {
  /** Heat capacity, J/K. */
  storesJPerK: number;
  /** Area of mass that takes part, m²: at most 4.5. */
  massM2: number;
}

/** @see ISO 13790:2008, table 12 */
const classes: Record<Weight, MassClass> = {
  light: { storesJPerK: 110_000, massM2: 2.5 },
  medium: { storesJPerK: 165_000, massM2: 2.5 },
  heavy: { storesJPerK: 260_000, massM2: 3 },
};

/** Per m² of floor: all surfaces that face the room, m². @see ISO 13790:2008, 7.2.2.2 */
const surfaceM2 = 4.5;
/** Surface to air, and mass to surface, W/(m² K). @see ISO 13790:2008, 7.2.2.2 and 12.2.2 */
const surfaceToAirWPerM2K = 3.45;
const massToSurfaceWPerM2K = 9.1;
/**
 * Air and furniture have 10,000 J/K per m² of floor (ISO 52016-1:2017, annex B); the skin of plaster and carpet that
 * swings with them is counted as as much again. This gives the 20 to 60 minutes in which real rooms answer a heater.
 */
const fastJPerM2K = 20_000;
/** Heat capacity of air, Wh/(m³ K): 1,200 J/(m³ K). @see ISO 13790:2008, 9.3.1 */
const airWhPerM3K = 0.335;

/** A surface to the outside: area, and heat-loss coefficient U. */
export interface Surface {
  areaM2: number;
  uWPerM2K: number;
}

export interface RoomPlan {
  floorM2: number;
  heightM: number;
  walls: readonly Surface[];
  windows: readonly Surface[];
  /** The room's volumes of air that are replaced in an hour, windows closed. */
  airChangesPerH: number;
  weight: Weight | MassClass;
}

/** A room of an ordinary new building, 20 m². */
export const modernRoom: RoomPlan = {
  floorM2: 20,
  heightM: 2.5,
  walls: [{ areaM2: 10, uWPerM2K: 0.3 }],
  windows: [{ areaM2: 3, uWPerM2K: 1.3 }],
  airChangesPerH: 0.5,
  weight: 'medium',
};

const sumWPerK = (surfaces: readonly Surface[]): number =>
  surfaces.reduce((sum, { areaM2, uWPerM2K }) => sum + areaM2 * uWPerM2K, 0);

/**
 * A room from its plan: the five resistances and one capacity of ISO 13790 with a capacity of its own for the air, and
 * with the massless surface between air, mass and windows eliminated: a star of three resistances becomes a triangle
 * (Kennelly), and heat that reaches the surface divides between air and mass as current does.
 * @see ISO 13790:2008, annex C and 12.2.2
 */
export function fabricOf({ floorM2, heightM, walls, windows, airChangesPerH, weight }: RoomPlan): RoomFabric {
  const { storesJPerK, massM2 } = typeof weight === 'string' ? classes[weight] : weight;
  const airWPerK = surfaceToAirWPerM2K * surfaceM2 * floorM2;
  const massWPerK = massToSurfaceWPerM2K * massM2 * floorM2;
  const windowsWPerK = sumWPerK(windows);
  const starWPerK = airWPerK + massWPerK + windowsWPerK;
  // From the mass on: what lies between it and the surface is part of the walls' U.
  const wallsWPerK = 1 / (1 / sumWPerK(walls) - 1 / massWPerK);
  return {
    air: {
      capacityJPerK: fastJPerM2K * floorM2,
      toOutsideWPerK:
        airWhPerM3K * airChangesPerH * floorM2 * heightM + (airWPerK * windowsWPerK) / starWPerK,
    },
    mass: {
      capacityJPerK: (storesJPerK - fastJPerM2K) * floorM2,
      toAirWPerK: (airWPerK * massWPerK) / starWPerK,
      toOutsideWPerK: wallsWPerK + (massWPerK * windowsWPerK) / starWPerK,
    },
    // What falls on the mass itself stays there (annex C.2), and the rest on the surface.
    radiantToAirShare: (1 - massM2 / surfaceM2) * (airWPerK / (airWPerK + massWPerK)),
  };
}

/** Heat that the room loses for each kelvin that it is kept warmer than outside, W/K. */
export function heatLossWPerK({ air, mass }: RoomFabric): number {
  if (!mass) return air.toOutsideWPerK;
  return air.toOutsideWPerK + 1 / (1 / mass.toAirWPerK + 1 / mass.toOutsideWPerK);
}

/** All that the room stores for each kelvin, J/K. */
export function capacityJPerK({ air, mass }: RoomFabric): number {
  return air.capacityJPerK + (mass?.capacityJPerK ?? 0);
}

/**
 * Time constants of a room in s, the fastest first: −1/λ of the one or two eigenvalues λ of its equations.
 */
export function timeConstantsS({ air, mass }: RoomFabric): number[] {
  if (!mass) return [air.capacityJPerK / air.toOutsideWPerK];
  const airRate = (mass.toAirWPerK + air.toOutsideWPerK) / air.capacityJPerK;
  const massRate = (mass.toAirWPerK + mass.toOutsideWPerK) / mass.capacityJPerK;
  const coupling = mass.toAirWPerK ** 2 / (air.capacityJPerK * mass.capacityJPerK);
  const half = (airRate + massRate) / 2;
  const root = Math.sqrt(((airRate - massRate) / 2) ** 2 + coupling);
  // The product of both is the determinant: a difference of nearly equal numbers would lose digits.
  const fast = half + root;
  return [1 / fast, fast / (airRate * massRate - coupling)];
}
