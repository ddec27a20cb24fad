/** A window that can be opened, one-sided: warm air leaves above and cold air comes in below. */
export interface Opening {
  /** Free area when wide open, m². */
  areaM2: number;
  /** Height of the opening, m. */
  heightM: number;
}

/** Share of the ideal flow that contractions leave. @see Awbi 2003, Ventilation of Buildings, 3.5 */
const dischargeCoefficient = 0.6;
/** m/s² */
const gravity = 9.81;
const kelvinAt0C = 273.15;
/** Heat capacity of air, J/(m³ K): 1.2 kg/m³ × 1,005 J/(kg K). */
const airJPerM3K = 1206;

/**
 * Stack ventilation: air that comes in by one opening because in and out differ, in m³/s.
 * V̇ = C_d (A/3) √(g h |ΔT| / T̄), with T̄ the mean of both in K.
 * @param share How far it is open, 0 to 1, of its area.
 * @see Warren & Parkins 1985, single-sided ventilation through open windows; CIBSE Guide A, 4.6
 */
export function stackFlowM3PerS(
  { areaM2, heightM }: Opening,
  share: number,
  insideC: number,
  outsideC: number,
): number {
  const meanK = (insideC + outsideC) / 2 + kelvinAt0C;
  const root = Math.sqrt((gravity * heightM * Math.abs(insideC - outsideC)) / meanK);
  return ((dischargeCoefficient * share * areaM2) / 3) * root;
}

/** Heat that leaves by an open window, W; below 0 where it is warmer outside. */
export function openingW(opening: Opening, share: number, insideC: number, outsideC: number): number {
  return stackFlowM3PerS(opening, share, insideC, outsideC) * airJPerM3K * (insideC - outsideC);
}
