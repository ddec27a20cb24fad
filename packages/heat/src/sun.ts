import { getPosition } from 'suncalc';

/** A place on earth, degrees north and east. */
export interface Site {
  latitudeDeg: number;
  longitudeDeg: number;
}

/** Where the sun is: above the horizon, and clockwise from north, degrees. */
export interface SunPosition {
  elevationDeg: number;
  azimuthDeg: number;
}

/** What the sun sends: W/m² on a plane that faces it, and from the sky on level ground. */
export interface Sunshine {
  directNormalWPerM2: number;
  diffuseWPerM2: number;
}

/** A window as the sun sees it. */
export interface Glazing {
  areaM2: number;
  /** Share of sunlight that becomes heat inside, straight through, 0 to 1: 0.6 for two coated panes. */
  gValue: number;
  /** Where it looks, degrees clockwise from north: 180 is south. */
  azimuthDeg: number;
  /** Degrees from lying flat; 90 is upright. */
  tiltDeg: number;
  /** Share that frame, curtains and trees leave, 0 to 1. */
  unshadedShare: number;
}

const radPerDeg = Math.PI / 180;

/** The sun at an instant (Unix ms), to about 0.01°. @see Meeus 1998, Astronomical Algorithms, chapters 13, 16, 25 */
export function sunAt({ latitudeDeg, longitudeDeg }: Site, at: number): SunPosition {
  const { altitude, azimuth } = getPosition(new Date(at), latitudeDeg, longitudeDeg);
  return { elevationDeg: altitude, azimuthDeg: azimuth };
}

/** Share of sunlight that the ground sends back, 0 to 1. @see ISO 52010-1:2017, annex B */
const groundAlbedo = 0.2;

/**
 * Sunlight on a plane, W/m²: E_bn cos θ + E_d (1 + cos β)/2 + ρ E_g (1 − cos β)/2, with the sky equally bright
 * everywhere.
 * @see Liu & Jordan 1963, The long-term average performance of flat-plate solar-energy collectors, Solar Energy 7
 */
export function irradianceOn(
  plane: Pick<Glazing, 'azimuthDeg' | 'tiltDeg'>,
  sun: SunPosition,
  { directNormalWPerM2, diffuseWPerM2 }: Sunshine,
): number {
  if (directNormalWPerM2 === 0 && diffuseWPerM2 === 0) return 0;
  const tilt = plane.tiltDeg * radPerDeg;
  const elevation = sun.elevationDeg * radPerDeg;
  const turn = (sun.azimuthDeg - plane.azimuthDeg) * radPerDeg;
  const direct = sun.elevationDeg > 0 ? directNormalWPerM2 : 0;
  const cosIncidence =
    Math.sin(elevation) * Math.cos(tilt) + Math.cos(elevation) * Math.sin(tilt) * Math.cos(turn);
  const global = diffuseWPerM2 + direct * Math.max(0, Math.sin(elevation));
  const sky = (1 + Math.cos(tilt)) / 2;
  return direct * Math.max(0, cosIncidence) + diffuseWPerM2 * sky + groundAlbedo * global * (1 - sky);
}

/** A pane lets less through at an angle than straight. @see ISO 13790:2008, 11.4.2 (F_w) */
const atAnAngle = 0.9;

/** Heat that the sun brings through a window, W. */
export function solarGainW(glazing: Glazing, sun: SunPosition, sunshine: Sunshine): number {
  const { areaM2, gValue, unshadedShare } = glazing;
  return areaM2 * gValue * unshadedShare * atAnAngle * irradianceOn(glazing, sun, sunshine);
}
