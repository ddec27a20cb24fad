/** What warms a room, and is slower to warm up than to be switched. */
export type Heater = ElectricHeater | Radiator;

/** An electric heater: C_h dT_h/dt = P − K (T_h − T_a). Of its power all becomes heat, later. */
export interface ElectricHeater {
  kind: 'electric';
  ratedW: number;
  /** Heat capacity C_h of its body, J/K. */
  capacityJPerK: number;
  /** Heat K to the air for each kelvin that its surface is warmer, W/K. */
  toAirWPerK: number;
}

/**
 * An electric panel or convector.
 * @param excessK How much warmer than the room its surface is at rated power, K.
 * @param timeConstantS Of its warming up, s: 100 for a thin panel, 120 to 300 for a convector, 900 to 1,800 filled
 * with oil (engineering ranges).
 */
export function electricHeater(ratedW: number, excessK = 55, timeConstantS = 100): ElectricHeater {
  const toAirWPerK = ratedW / excessK;
  return { kind: 'electric', ratedW, toAirWPerK, capacityJPerK: toAirWPerK * timeConstantS };
}

/**
 * A radiator on hot water, by its characteristic equation Q = Q_n (ΔT / 50 K)^n.
 *
 *     C_h dT_h/dt = v G (T_f − T_h) − Q(T_h − T_a)
 *
 * with valve lift v (0 to 1), flow temperature T_f and mean water temperature T_h, which is midway between flow and
 * return: so G = 2 ṁ c.
 * @see EN 442-2:2014 (excess temperature, rated output at 75/65/20 °C, exponent)
 */
export interface Radiator {
  kind: 'radiator';
  /** Q_n, output at 75/65/20 °C, W. */
  ratedW: number;
  /** n: 1.1 for heated floors, 1.3 for most radiators, 1.4 for convectors. */
  exponent: number;
  /** Heat capacity C_h of its steel and water, J/K. */
  capacityJPerK: number;
  /** G with the valve open, W/K. */
  waterWPerK: number;
  /** This share of its heat goes into the air, the rest shines on the mass, 0 to 1. */
  toAirShare: number;
}

/** Excess temperature at which a radiator is rated, K: (75 + 65) / 2 − 20. */
const ratedExcessK = 50;
/** Flow minus return at which it is rated, K. */
const ratedSpreadK = 10;

/**
 * A steel panel radiator. Its capacity, 50 J/K for each watt, is that of 9 litres of water and 25 kg of steel in
 * one of 1 kW, as makers' tables have it.
 */
export function panelRadiator(ratedW: number, exponent = 1.3): Radiator {
  const waterWPerK = (2 * ratedW) / ratedSpreadK;
  return { kind: 'radiator', ratedW, exponent, capacityJPerK: 50 * ratedW, waterWPerK, toAirShare: 0.7 };
}

/** Output in W of a radiator whose water is this much warmer than the room on average, K; colder water takes none. */
export function radiatorW({ ratedW, exponent }: Radiator, excessK: number): number {
  return excessK > 0 ? ratedW * (excessK / ratedExcessK) ** exponent : 0;
}

/** Logarithmic mean of how much warmer the water is than the room, from flow to return, K. */
function logMeanExcessK(flowC: number, returnC: number, roomC: number): number {
  const spreadK = flowC - returnC;
  return spreadK === 0 ? flowC - roomC : spreadK / Math.log((flowC - roomC) / (returnC - roomC));
}

/**
 * What a radiator gives at other temperatures, as a share of its rating: with logarithmic means in place of those of
 * EN 442, which is nearer to the truth where flow and return are far apart: 0.511 at 55/45/20 °C with n = 1.3.
 * @see DIN EN 12831 national annex; VDI 6030
 */
export function radiatorShare(exponent: number, flowC: number, returnC: number, roomC: number): number {
  return (logMeanExcessK(flowC, returnC, roomC) / logMeanExcessK(75, 65, 20)) ** exponent;
}

/**
 * One step of a radiator. Its output is not linear: the conductance that it has at the beginning is held over the
 * step, which is then solved exactly, so that no joule is lost between water and room.
 * @returns mean water temperature in °C, and the heat that it took from the water and gave to the room, J.
 */
export function stepRadiator(
  radiator: Radiator,
  { heaterC, airC }: { heaterC: number; airC: number },
  { lift, flowC }: { lift: number; flowC: number },
  seconds: number,
): { heaterC: number; takenJ: number; givenJ: number } {
  const excessK = heaterC - airC;
  const toRoomWPerK = excessK > 0 ? radiatorW(radiator, excessK) / excessK : 0;
  const fromWaterWPerK = lift * radiator.waterWPerK;
  const driveW = toRoomWPerK * (airC - heaterC) + fromWaterWPerK * (flowC - heaterC);
  const z = ((toRoomWPerK + fromWaterWPerK) * seconds) / radiator.capacityJPerK;
  // Of a rise at the first rate, what is left of it at the end, and of half of it on average; 1 and 1/2 for z = 0.
  const atEnd = z > 1e-4 ? -Math.expm1(-z) / z : 1 - z / 2;
  const onAverage = z > 1e-4 ? (1 - atEnd) / z : 1 / 2 - z / 6;
  const riseK = (driveW * seconds) / radiator.capacityJPerK;
  const nextC = heaterC + riseK * atEnd;
  const takenJ = fromWaterWPerK * (flowC - heaterC - riseK * onAverage) * seconds;
  return { heaterC: nextC, takenJ, givenJ: takenJ - radiator.capacityJPerK * (nextC - heaterC) };
}
