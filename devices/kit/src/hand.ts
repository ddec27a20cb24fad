import type { CheckStep } from '@hearth/contract';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Power } from './power.ts';

/** What a person does to a device, by the word that stands for it. */
const movements = {
  'sensor-out': 'unplug the temperature sensor',
  'sensor-in': 'plug the temperature sensor in again',
  knob: 'turn the setpoint by one step at the device itself',
  'clock-ahead': 'set the device’s clock one hour ahead',
  'clock-back': 'set the device’s clock right again',
} as const satisfies Record<Movement, string>;
type Movement = CheckStep['movement'];

/** Somebody or something that can touch the device. */
export interface Hand {
  /** Done when it resolves; false where it cannot be done. */
  move(movement: Movement): Promise<boolean>;
}

/** Words as lines at the standard input of a device that the kit runs. */
export const handOfInput = (power: Power): Hand => ({
  move(movement) {
    power.tell(movement);
    return Promise.resolve(true);
  },
});

/** A command of the shell, with the movement's word in the variable MOVEMENT. Exit code 0: it is done. */
export const handOfCommand = (command: string, cwd: string): Hand => ({
  async move(movement) {
    const env = { ...process.env, MOVEMENT: movement };
    const child = spawn(command, { shell: true, cwd, env, stdio: ['ignore', 'ignore', 'inherit'] });
    const [code] = (await once(child, 'exit')) as [number | null];
    return code === 0;
  },
});

/** Asks a person for a movement, in words that follow “please”; whether it was done. */
export type Ask = (movement: Movement, words: string) => Promise<boolean>;

/** Who touches the device: lines at its input, a command of the shell, or a person who is asked. */
export type Handling = 'input' | { command: string } | { ask: Ask };

/** A person, who is asked. */
export const handOfPerson = (ask: Ask): Hand => ({
  move: (movement) => ask(movement, movements[movement]),
});
