/** Sensors have decimal resolutions: values are tried as whole numbers of 1, 0.1 … 0.000001. */
export const scales = [1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6] as const;

/** A scaled value beyond this is kept as it is: differences of two stay below 2^52. */
const scaledLimit = 2 ** 50;

/**
 * The whole number `n` with `n / factor` being this very value; null where there is none. The quotient of two
 * doubles is rounded correctly, so that a decimal comes back as its own double (IEEE 754, 5.4.1).
 */
export function scaled(value: number, scale: number): number | null {
  const factor = scales[scale]!;
  const whole = Math.round(value * factor);
  return whole / factor === value && Math.abs(whole) < scaledLimit ? whole : null;
}

/** Whether {@link scaled} has an answer. */
export function fits(value: number, scale: number): boolean {
  const factor = scales[scale]!;
  const whole = Math.round(value * factor);
  return whole / factor === value && Math.abs(whole) < scaledLimit;
}
