import { stepRadiator, type Heater } from './heater.ts';
import { layOut, outside, type Layout, type Place } from './layout.ts';
import { compileNetwork, type Link, type StepNetwork, type Temperatures } from './network.ts';
import { openingW, type Opening } from './opening.ts';
import { convectiveShare } from './presence.ts';
import type { RoomFabric } from './room.ts';
import type { Sensor } from './sensor.ts';
import { solarGainW, type Glazing } from './sun.ts';
import type { Conditions } from './weather.ts';

/** A room with what warms and cools it. */
export interface Room {
  fabric: RoomFabric;
  heater: Heater | null;
  /** The thermostat's: it lags behind the air. */
  sensor: Sensor;
  glazings: readonly Glazing[];
  /** null where no window opens. */
  opening: Opening | null;
}

/** Rooms, and the walls between their airs: the two rooms by their place in the list, and H in W/K. */
export interface Building {
  rooms: readonly Room[];
  partitions: readonly Link[];
}

/** All that moves in a room. Joules are counted since the beginning. */
export interface RoomState {
  airC: number;
  /** As the air where the fabric has no mass. */
  massC: number;
  /** Surface of an electric heater, mean water of a radiator; as the air where there is none. */
  heaterC: number;
  /** Of the sensor's element: what a thermometer without noise and steps would say. */
  sensorC: number;
  /** Into the heater: electricity, or heat taken from the water. */
  heatedJ: number;
  /** Sun, people and appliances. */
  gainedJ: number;
  /** By walls, closed windows and fresh air to the outside. */
  lostJ: number;
  /** By an open window to the outside. */
  airedJ: number;
  /** To the rooms beside it. */
  givenJ: number;
}

/** What is done in a room, held over a step. */
export interface RoomInput {
  /** Share of an electric heater's power, or lift of a radiator's valve, 0 to 1. */
  heating: number;
  /** Of the water to a radiator, °C; an electric heater asks for none. */
  flowC?: number;
  /** Heat of people and appliances, W. */
  presenceW: number;
  /** How far the window is open, 0 to 1. */
  openShare: number;
}

/** A room at one temperature throughout. */
export function roomAt(temperatureC: number): RoomState {
  return {
    airC: temperatureC,
    massC: temperatureC,
    heaterC: temperatureC,
    sensorC: temperatureC,
    heatedJ: 0,
    gainedJ: 0,
    lostJ: 0,
    airedJ: 0,
    givenJ: 0,
  };
}

/** Heat that a room stores above 0 °C, J: what came in and did not go is the difference of two of these. */
export function storedJ({ fabric, heater }: Room, state: RoomState): number {
  return (
    fabric.air.capacityJPerK * state.airC +
    (fabric.mass?.capacityJPerK ?? 0) * state.massC +
    (heater?.capacityJPerK ?? 0) * state.heaterC
  );
}

/**
 * The rooms some `seconds` later, under conditions that hold meanwhile; nothing is changed in place. All that is linear
 * (fabrics, partitions, electric heaters, sensors) is one network, solved exactly for any step. What is not (a
 * radiator, an open window) is held for {@link heldMaxS} at most, and its joules are counted once for both sides.
 */
export type StepBuilding = <State extends RoomState>(
  states: readonly State[],
  inputs: readonly RoomInput[],
  conditions: Conditions,
  seconds: number,
) => State[];

/** An open window empties a room of its warmth in some 20 minutes: in 10 s by less than 1 %. */
const heldMaxS = 10;

/** Makes a building ready to be stepped. Homes that are built alike may share it. */
export function compileBuilding(building: Building): StepBuilding {
  const layout = layOut(building);
  const compiled = { layout, stepNetwork: compileNetwork(layout), ...buffersOf(layout) };
  return (states, inputs, conditions, seconds) => {
    const isHeld = building.rooms.some(
      ({ heater }, i) => heater?.kind === 'radiator' || inputs[i]!.openShare > 0,
    );
    const steps = isHeld ? Math.ceil(seconds / heldMaxS) : 1;
    const sunW = building.rooms.map(({ glazings }) => sunOf(glazings, conditions));
    let next: typeof states = states;
    for (let i = 0; i < steps; i++)
      next = stepOnce(compiled, next, inputs, conditions.outsideC, sunW, seconds / steps);
    return next as (typeof states)[number][];
  };
}

function sunOf(glazings: readonly Glazing[], conditions: Conditions): number {
  let sum = 0;
  for (const glazing of glazings) sum += solarGainW(glazing, conditions.sun, conditions);
  return sum;
}

interface Compiled {
  layout: Layout;
  stepNetwork: StepNetwork;
  /** What goes into the network, made once. */
  temperatures: Temperatures;
  heatW: Float64Array<ArrayBuffer>;
}

function buffersOf({ capacitiesJPerK, places }: Layout): Pick<Compiled, 'temperatures' | 'heatW'> {
  return {
    temperatures: new Float64Array(capacitiesJPerK.length + places.length),
    heatW: new Float64Array(capacitiesJPerK.length),
  };
}

function stepOnce<State extends RoomState>(
  { layout: { places, partitions }, stepNetwork, temperatures, heatW }: Compiled,
  states: readonly State[],
  inputs: readonly RoomInput[],
  outsideC: number,
  sunW: readonly number[],
  seconds: number,
): State[] {
  temperatures[outside] = outsideC;
  heatW.fill(0);
  const next = places.map((place, i) => {
    const state = { ...states[i]! };
    put(temperatures, place, state);
    heat(heatW, place, state, inputs[i]!, { outsideC, sunW: sunW[i]! }, seconds);
    return state;
  });
  const step = stepNetwork(temperatures, heatW, seconds);
  const carriedJ = ({ between: [a, b], wPerK }: Link): number =>
    wPerK * (step.means[a]! - step.means[b]!) * seconds;
  for (const [i, place] of places.entries()) {
    const state = next[i]!;
    take(step.temperatures, place, state);
    for (const loss of place.losses) state.lostJ += carriedJ(loss);
  }
  for (const { rooms, link } of partitions) {
    const joules = carriedJ(link);
    next[rooms[0]]!.givenJ += joules;
    next[rooms[1]]!.givenJ -= joules;
  }
  return next;
}

function put(temperatures: Float64Array, place: Place, state: RoomState): void {
  temperatures[place.air] = state.airC;
  if (place.mass >= 0) temperatures[place.mass] = state.massC;
  if (place.heater >= 0) temperatures[place.heater] = state.heaterC;
  temperatures[place.sensor] = state.sensorC;
}

function take(temperatures: Float64Array, place: Place, state: RoomState): void {
  state.airC = temperatures[place.air]!;
  state.massC = place.mass >= 0 ? temperatures[place.mass]! : state.airC;
  if (place.heater >= 0) state.heaterC = temperatures[place.heater]!;
  else if (!place.room.heater) state.heaterC = state.airC;
  state.sensorC = temperatures[place.sensor]!;
}

/** Puts the heats of a room where they enter the network, and into its books. */
function heat(
  heatW: Float64Array,
  { room, air, mass, heater }: Place,
  state: RoomState,
  input: RoomInput,
  { outsideC, sunW }: { outsideC: number; sunW: number },
  seconds: number,
): void {
  let convectiveW = convectiveShare * input.presenceW;
  let radiantW = sunW + (1 - convectiveShare) * input.presenceW;
  state.gainedJ += (convectiveW + radiantW) * seconds;
  if (room.heater?.kind === 'electric') {
    heatW[heater]! += input.heating * room.heater.ratedW;
    state.heatedJ += input.heating * room.heater.ratedW * seconds;
  } else if (room.heater) {
    const water = { lift: input.heating, flowC: input.flowC ?? state.heaterC };
    const radiator = stepRadiator(room.heater, state, water, seconds);
    state.heaterC = radiator.heaterC;
    state.heatedJ += radiator.takenJ;
    convectiveW += (room.heater.toAirShare * radiator.givenJ) / seconds;
    radiantW += ((1 - room.heater.toAirShare) * radiator.givenJ) / seconds;
  }
  if (room.opening && input.openShare > 0) {
    const airedW = openingW(room.opening, input.openShare, state.airC, outsideC);
    state.airedJ += airedW * seconds;
    convectiveW -= airedW;
  }
  const toAirShare = mass < 0 ? 1 : room.fabric.radiantToAirShare;
  heatW[air]! += convectiveW + toAirShare * radiantW;
  if (mass >= 0) heatW[mass]! += (1 - toAirShare) * radiantW;
}
