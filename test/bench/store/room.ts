import { createRandom } from '../../faults/random.ts';

/** Time between two readings of a device, ms. */
export const periodMs = 10_000;

const stepsPerDay = 86_400_000 / periodMs;
const stepH = periodMs / 3_600_000;

/** What one room is made of and how its thermostat measures it. */
export interface Room {
  seed: number;
  /** 0.1 as most sensors have it, or 0.01. K. */
  resolutionK: number;
  /** A metering plug measures the heater's power and its noise; else power is what the rating says, or 0. */
  hasPlug: boolean;
}

/** What a thermostat measures at one instant. */
export interface Measured {
  temperature: number;
  setpoint: number;
  power: number;
  heating: number;
}

/** Numbers with a normal distribution of mean 0 and deviation 1. */
export function createNormal(random: () => number): () => number {
  return () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

/** Mean outside temperature, without the weather: a year and a day as in central Europe. °C. */
function climate(step: number): number {
  const day = step / stepsPerDay;
  return (
    10 - 10 * Math.cos((2 * Math.PI * (day - 20)) / 365) - 4 * Math.cos(2 * Math.PI * ((day % 1) - 1 / 8))
  );
}

/**
 * One room through the year, step by step from `firstStep` on: a resistance and a capacity (time constant of some
 * 30 h), hysteresis of ±0.25 K, weather that wanders, and a setpoint that is lower at night.
 */
export function createRoom({ seed, resolutionK, hasPlug }: Room, firstStep: number): () => Measured {
  const random = createRandom(seed);
  const normal = createNormal(random);
  const lossWPerK = 18 + 12 * random();
  const capacityWhPerK = lossWPerK * (20 + 25 * random());
  const ratedW = Math.round(lossWPerK * (45 + 15 * random()));
  const comfortC = 20 + Math.round(random() * 6) / 2;
  const nightC = comfortC - 3;
  const [wakesAtH, sleepsAtH] = [5.5 + Math.round(random() * 4) / 2, 21.5 + Math.round(random() * 4) / 2];
  const sensorNoiseK = resolutionK === 0.1 ? 0.03 : 0.02;
  const perUnit = Math.round(1 / resolutionK);
  let step = firstStep;
  let roomC = comfortC;
  let weatherK = 0;
  let isHeating = false;

  return () => {
    const hour = ((step % stepsPerDay) * 24) / stepsPerDay;
    const setpoint = hour >= wakesAtH && hour < sleepsAtH ? comfortC : nightC;
    // The weather of every ten minutes: it forgets itself over two days.
    if (step % 60 === 0) weatherK += -weatherK / 288 + 0.2 * normal();
    if (roomC < setpoint - 0.25) isHeating = true;
    else if (roomC > setpoint + 0.25) isHeating = false;
    const heatW = (isHeating ? ratedW : 0) + lossWPerK * (climate(step) + weatherK - roomC);
    roomC += (heatW / capacityWhPerK) * stepH;
    step += 1;
    let power = isHeating ? ratedW : 0;
    if (hasPlug) power = isHeating ? power + 2 * normal() : Math.max(0, 1.2 + 0.15 * normal());
    return {
      temperature: Math.round((roomC + sensorNoiseK * normal()) * perUnit) / perUnit,
      setpoint,
      power: Math.round(power * 10) / 10,
      heating: isHeating ? 1 : 0,
    };
  };
}
