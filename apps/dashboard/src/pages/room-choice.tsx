import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { call } from '../api/client.ts';
import { keys, useRooms } from '../api/queries.ts';
import { Field, SelectField } from '../components/field.tsx';

const newRoom = '+';

/** A room as a form has it: the id of one that is there, '' for none, or a new one by its name. */
interface RoomChoice {
  room: string;
  newName: string;
}

/** Whether the room has still to be made: a refusal may then be about its name. */
export function isNewRoom({ room }: RoomChoice): boolean {
  return room === newRoom;
}

/** A choice of room for a form; `settle` gives its id, null for none, and makes it first if it is new. */
export function useRoomChoice(initialId: string | null) {
  const client = useQueryClient();
  const [choice, setChoice] = useState<RoomChoice>({ room: initialId ?? '', newName: '' });
  return {
    choice,
    setChoice,
    settle: async (): Promise<string | null> => {
      if (choice.room !== newRoom) return choice.room || null;
      const { id } = await call('addRoom', { body: { name: choice.newName } });
      await client.invalidateQueries({ queryKey: keys.rooms });
      // A room like the others from here on, whatever becomes of the rest of the form.
      setChoice({ room: id, newName: '' });
      return id;
    },
  };
}

interface Props {
  choice: RoomChoice;
  onChange: (choice: RoomChoice) => void;
  /** What no room is called here. */
  none: string;
  hint?: string;
}

/** The rooms to choose from, and a new one. */
export function RoomField({ choice, onChange, none, hint }: Props) {
  const rooms = useRooms();
  return (
    <>
      <SelectField
        label="Room"
        hint={hint}
        value={choice.room}
        onChange={(event) => onChange({ ...choice, room: event.currentTarget.value })}
      >
        <option value="">{none}</option>
        {rooms.data?.map(({ id, name }) => (
          <option key={id} value={id}>
            {name}
          </option>
        ))}
        <option value={newRoom}>A new room…</option>
      </SelectField>
      {choice.room === newRoom && (
        <Field
          label="Name of the new room"
          required
          maxLength={60}
          autoComplete="off"
          value={choice.newName}
          onChange={(event) => onChange({ ...choice, newName: event.currentTarget.value })}
        />
      )}
    </>
  );
}
