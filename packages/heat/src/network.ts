import { exponentialOf } from './exponential.ts';

/** A place that stores heat, and what flows to it from others. */
export interface Network {
  /** Heat capacity C of each node, J/K. Infinity: its temperature is held, as that of the air outside. */
  capacitiesJPerK: readonly number[];
  /** Heat flows between two nodes in proportion to their difference, H in W/K. */
  links: readonly Link[];
  /** Sensors: each lags behind a node, τ dθ/dt = T − θ, and takes no heat from it. */
  followers: readonly { of: number; timeConstantS: number }[];
}

export interface Link {
  between: readonly [number, number];
  wPerK: number;
}

/** A network at one instant: temperatures of its nodes, then of its followers, °C. */
export type Temperatures = Float64Array<ArrayBuffer>;

/** Both are overwritten by the next step of the same network: a home makes millions of them. */
interface NetworkStep {
  /** After the step. */
  temperatures: Temperatures;
  /** Mean over the step of each node; what a link carried is H (mean − mean) · seconds, exactly. */
  means: Float64Array<ArrayBuffer>;
}

/**
 * The network some `seconds` later, with the heat into each node (W) held meanwhile:
 * C_i dT_i/dt = Σ_j H_ij (T_j − T_i) + P_i, solved exactly, so that one step of an hour is 3,600 of a second.
 */
export type StepNetwork = (
  from: Temperatures,
  heatW: Float64Array<ArrayBuffer>,
  seconds: number,
) => NetworkStep;

/** Lengths of a step whose matrices are kept; a network that is stepped by the clock uses two or three. */
const keptMax = 16;

/** Makes a network ready to be stepped; its matrices are made once for each length of step. */
export function compileNetwork(network: Network): StepNetwork {
  const nodes = network.capacitiesJPerK.length;
  const states = nodes + network.followers.length;
  const matrices = new Map<number, Float64Array>();
  const input = new Float64Array(states + nodes);
  const output = new Float64Array(states + nodes);
  const step = { temperatures: output.subarray(0, states), means: output.subarray(states) };
  return (from, heatW, seconds) => {
    let matrix = matrices.get(seconds);
    if (!matrix) {
      if (matrices.size >= keptMax) matrices.clear();
      matrices.set(seconds, (matrix = stepMatrix(network, seconds)));
    }
    input.set(from);
    input.set(heatW, states);
    multiply(matrix, input, output);
    return step;
  };
}

function multiply(matrix: Float64Array, x: Float64Array, result: Float64Array): void {
  for (let row = 0, at = 0; row < result.length; row++) {
    let sum = 0;
    for (let column = 0; column < x.length; column++) sum += matrix[at++]! * x[column]!;
    result[row] = sum;
  }
}

/**
 * State x, heats u and means y are one linear system: dx/dt = A x + B u, du/dt = 0, dy/dt = x / h. Its exponential
 * over h has the rows that take (x, u) to the next x and to y.
 * @see Van Loan 1978, Computing integrals involving the matrix exponential, IEEE TAC 23
 */
function stepMatrix(network: Network, seconds: number): Float64Array {
  const nodes = network.capacitiesJPerK.length;
  const states = nodes + network.followers.length;
  const columns = states + nodes;
  const size = columns + nodes;
  const entries = new Float64Array(size * size);
  const add = (row: number, column: number, rate: number): void => {
    entries[row * size + column]! += rate * seconds;
  };
  for (const { between, wPerK } of network.links)
    for (const [from, to] of [between, between.toReversed()] as [number, number][]) {
      const rate = wPerK / network.capacitiesJPerK[to]!;
      add(to, from, rate);
      add(to, to, -rate);
    }
  for (const [node, capacity] of network.capacitiesJPerK.entries()) {
    add(node, states + node, 1 / capacity);
    add(columns + node, node, 1 / seconds);
  }
  for (const [i, { of, timeConstantS }] of network.followers.entries()) {
    add(nodes + i, of, 1 / timeConstantS);
    add(nodes + i, nodes + i, -1 / timeConstantS);
  }
  const exponential = exponentialOf({ size, entries }).entries;
  const rows = [...Array(size).keys()].filter((row) => row < states || row >= columns);
  const matrix = new Float64Array(rows.length * columns);
  for (const [i, row] of rows.entries())
    matrix.set(exponential.subarray(row * size, row * size + columns), i * columns);
  return matrix;
}
