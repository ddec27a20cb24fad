/** The ring: 270° open at the bottom, in degrees clockwise from three o'clock. */
const startDeg = 135;
const sweepDeg = 270;

/** The view box is a square of this side; the ring's middle line has this radius. */
export const dialSize = 300;
const dialRadius = 128;

/** The limits and step of a setpoint, °C. */
export interface Limits {
  min: number;
  max: number;
  step: number;
}

/** The value within the limits and on a step counted from the least. */
export function snap(value: number, { min, max, step }: Limits): number {
  const steps = Math.round((value - min) / step);
  return Math.min(max, Math.max(min, Number((min + steps * step).toFixed(3))));
}

/** Where on the ring a value is, in degrees; values beyond the limits stay at the ends. */
export function angleOf(value: number, { min, max }: Limits): number {
  const share = Math.min(1, Math.max(0, (value - min) / (max - min)));
  return startDeg + share * sweepDeg;
}

/** The point of the ring at an angle, in the view box. */
export function pointAt(angleDeg: number, radius = dialRadius): { x: number; y: number } {
  const radians = (angleDeg * Math.PI) / 180;
  return {
    x: dialSize / 2 + radius * Math.cos(radians),
    y: dialSize / 2 + radius * Math.sin(radians),
  };
}

/** The arc between two values as an SVG path, along the ring. */
export function arcPath(from: number, to: number, limits: Limits): string {
  const [a, b] = [angleOf(Math.min(from, to), limits), angleOf(Math.max(from, to), limits)];
  const [start, end] = [pointAt(a), pointAt(b)];
  const isLarge = b - a > 180 ? 1 : 0;
  const number = (n: number) => n.toFixed(2);
  return `M${number(start.x)} ${number(start.y)}A${dialRadius} ${dialRadius} 0 ${isLarge} 1 ${number(end.x)} ${number(end.y)}`;
}

/**
 * The value under a finger at (dx, dy) from the centre, on a step. In the opening at the bottom it is the
 * nearer end, so that a finger that slips past the end does not jump from 30 to 5.
 */
export function valueAt(dx: number, dy: number, limits: Limits): number {
  const degrees = ((Math.atan2(dy, dx) * 180) / Math.PI - startDeg + 720) % 360;
  const openingMiddle = sweepDeg + (360 - sweepDeg) / 2;
  const share = degrees <= sweepDeg ? degrees / sweepDeg : degrees < openingMiddle ? 1 : 0;
  return snap(limits.min + share * (limits.max - limits.min), limits);
}
