import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { isInstalled, run } from '../interop/programs.ts';
import { root } from './runs.ts';

const folder = join(root, 'examples/device');

/** What is missing to compile examples/device for Linux; null where nothing is. */
export function compilerProblem(): string | null {
  if (!isInstalled('g++')) return 'no g++ is installed';
  const headers = ['mosquitto.h', 'cjson/cJSON.h'].map((name) => `#include <${name}>`).join('\n');
  const { status } = spawnSync('g++', ['-fsyntax-only', '-x', 'c++', '-'], { input: headers });
  return status === 0 ? null : 'libmosquitto-dev and libcjson-dev are not installed';
}

/** Compiles examples/device as its guide says, with every warning an error. */
export async function compileExample(output: string): Promise<void> {
  const sources = ['device.cpp', 'linux/linux.cpp'].map((name) => join(folder, name));
  const flags = ['-std=c++17', '-Wall', '-Wextra', '-Werror', '-o', output];
  const { code, output: said } = await run('g++', [...flags, ...sources, '-lmosquitto', '-lcjson']);
  if (code !== 0) throw new Error(said);
}
