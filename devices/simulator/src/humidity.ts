/** Saturation vapour pressure over water in Pa. @see Magnus form with the coefficients of Sonntag 1990 */
function saturationPa(temperatureC: number): number {
  return 611.2 * Math.exp((17.62 * temperatureC) / (243.12 + temperatureC));
}

/** Central European air outdoors is at about 80 % most of the heating season. */
const outsideRelative = 0.8;

/**
 * Relative humidity of a room in %, 0 to 100: the vapour of the air outside plus what people add, at the
 * room's temperature.
 * @param moisturePa Vapour pressure excess of the room, Pa: 300 for a bedroom, 700 for a bathroom.
 * @see ISO 13788, annex A (humidity classes by vapour pressure excess)
 */
export function relativeHumidity(temperatureC: number, outsideC: number, moisturePa: number): number {
  const vapourPa = outsideRelative * saturationPa(outsideC) + moisturePa;
  return Math.min(100, Math.max(0, (100 * vapourPa) / saturationPa(temperatureC)));
}
