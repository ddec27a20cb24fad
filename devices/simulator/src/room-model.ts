/** What a room is made of. */
export interface RoomFabric {
  /** Heat-loss coefficient H to the outside, W/K. */
  heatLossWPerK: number;
  /** Heat capacity C of air, furniture and the inner skin of the walls, J/K. */
  capacityJPerK: number;
}

/** An electric panel heater. */
export interface HeaterFabric {
  ratedW: number;
  /** Heat capacity of its body, J/K. */
  capacityJPerK: number;
  /** Heat it gives to the room per kelvin that its surface is warmer, W/K. */
  transferWPerK: number;
}

/**
 * Where a quantity that moves towards `target` with a time constant is after `seconds`; exact for any step:
 * T(t + dt) = T∞ + (T(t) − T∞) e^(−dt/τ).
 */
export function relax(value: number, target: number, timeConstantS: number, seconds: number): number {
  return target + (value - target) * Math.exp(-seconds / timeConstantS);
}

/**
 * One step of a room with one resistance and one capacity (1R1C): C dT/dt = H (Te − T) + P, solved exactly for
 * constant Te and P over the step, with τ = C/H and T∞ = Te + P/H.
 * @param heatW P, all heat that enters the room, W.
 * @returns the temperature in °C, and the heat that went outside in J (∫ H (T − Te) dt in closed form).
 * @see ISO 13790:2008, 12.2 (simple models by resistance and capacity)
 */
export function stepRoom(
  fabric: RoomFabric,
  temperatureC: number,
  outsideC: number,
  heatW: number,
  seconds: number,
): { temperatureC: number; lostJ: number } {
  const timeConstantS = fabric.capacityJPerK / fabric.heatLossWPerK;
  const finalC = outsideC + heatW / fabric.heatLossWPerK;
  const decay = Math.exp(-seconds / timeConstantS);
  return {
    temperatureC: finalC + (temperatureC - finalC) * decay,
    lostJ:
      fabric.heatLossWPerK *
      ((finalC - outsideC) * seconds + (temperatureC - finalC) * timeConstantS * (1 - decay)),
  };
}

/**
 * One step of a heater's body: C dTs/dt = P − K (Ts − T), exact for constant P and room temperature T. The heat
 * given to the room is what the body took in and did not keep, so no joule is lost between the two.
 * @returns surface temperature in °C and the heat given to the room in J.
 */
export function stepHeater(
  fabric: HeaterFabric,
  surfaceC: number,
  roomC: number,
  powerW: number,
  seconds: number,
): { surfaceC: number; givenJ: number } {
  const timeConstantS = fabric.capacityJPerK / fabric.transferWPerK;
  const next = relax(surfaceC, roomC + powerW / fabric.transferWPerK, timeConstantS, seconds);
  return { surfaceC: next, givenJ: powerW * seconds - fabric.capacityJPerK * (next - surfaceC) };
}

/** What a sensor with a finite resolution says. Rounded to 1e-9, so that 0.1 + 0.2 never shows. */
export function quantise(value: number, resolution: number): number {
  return Math.round(Math.round(value / resolution) * resolution * 1e9) / 1e9;
}
