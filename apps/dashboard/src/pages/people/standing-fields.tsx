import { useState, type ReactNode } from 'react';
import type { Role, Standing } from '@hearth/contract';
import { useRooms } from '../../api/queries.ts';
import { SelectField } from '../../components/field.tsx';
import { roleWords } from '../../role-words.ts';
import styles from '../../components/content.module.css';

const roles = Object.entries(roleWords) as [Role, (typeof roleWords)[Role]][];

/** What somebody may do and which rooms they see: the fields for it, and what a form with them says. */
export function useStanding(initial: Standing): {
  fields: ReactNode;
  read: (form: HTMLFormElement) => Standing;
} {
  const rooms = useRooms().data ?? [];
  const [role, setRole] = useState<Role>(initial.role);
  const [isLimited, setLimited] = useState(initial.rooms !== null);
  const fields = (
    <>
      <SelectField
        label="As"
        value={role}
        hint={`A person who ${roleWords[role].may}.`}
        onChange={({ currentTarget: { value } }) => setRole(value as Role)}
      >
        {roles.map(([value, { name }]) => (
          <option key={value} value={value}>
            {name}
          </option>
        ))}
      </SelectField>
      {role !== 'owner' && (
        <label className={styles.check}>
          <input type="checkbox" checked={isLimited} onChange={() => setLimited(!isLimited)} />
          Only some rooms
        </label>
      )}
      {role !== 'owner' && isLimited && (
        <fieldset className={styles.group}>
          <legend className="sr-only">Rooms that they see</legend>
          {rooms.map(({ id, name }) => (
            <label key={id} className={styles.check}>
              <input
                type="checkbox"
                name="room"
                value={id}
                defaultChecked={initial.rooms?.includes(id) ?? false}
              />
              {name}
            </label>
          ))}
        </fieldset>
      )}
    </>
  );
  return {
    fields,
    read(form) {
      const chosen = new FormData(form).getAll('room') as string[];
      return { role, rooms: isLimited && role !== 'owner' ? chosen : null };
    },
  };
}
