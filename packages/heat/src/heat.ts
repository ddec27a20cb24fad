// The physics of heated rooms, pure: no I/O, no clock, and chance is handed in. docs/physics.md has the equations.
export {
  compileBuilding,
  roomAt,
  storedJ,
  type Building,
  type Room,
  type RoomInput,
  type RoomState,
  type StepBuilding,
} from './building.ts';
export {
  proportionalDuty,
  stepPi,
  stepTimeProportional,
  stepTwoPoint,
  type Pi,
  type ProportionalDuty,
  type TimeProportional,
  type TimeProportionalState,
  type TwoPoint,
  type TwoPointState,
} from './control.ts';
export {
  electricHeater,
  panelRadiator,
  radiatorShare,
  radiatorW,
  type ElectricHeater,
  type Heater,
  type Radiator,
} from './heater.ts';
export { compileNetwork, type Link, type Network, type StepNetwork, type Temperatures } from './network.ts';
export { openingW, stackFlowM3PerS, type Opening } from './opening.ts';
export { personW, presenceAt, type Presence } from './presence.ts';
export { createRandom, normal, type Random } from './random.ts';
export {
  capacityJPerK,
  fabricOf,
  heatLossWPerK,
  modernRoom,
  roomOfOneNode,
  timeConstantsS,
  type MassClass,
  type RoomFabric,
  type RoomPlan,
  type Surface,
  type Weight,
} from './room.ts';
export { quantise, readSensor, usualSensor, type Sensor } from './sensor.ts';
export {
  irradianceOn,
  solarGainW,
  sunAt,
  type Glazing,
  type Site,
  type SunPosition,
  type Sunshine,
} from './sun.ts';
export { weatherOfCsv, weatherOfEpw, WeatherFileError } from './weather-file.ts';
export { createWeather, mildClimate, skyOf, type Climate, type Conditions, type Weather } from './weather.ts';
