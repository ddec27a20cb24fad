import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState, type SubmitEvent } from 'react';
import type { NewDevice } from '@hearth/contract';
import { call } from '../../api/client.ts';
import { RequestFailure, wordsFor } from '../../api/problem.ts';
import { keys } from '../../api/queries.ts';
import { Button } from '../../components/button.tsx';
import { Choice } from '../../components/choice.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { Field, SelectField } from '../../components/field.tsx';
import { isNewRoom, RoomField, useRoomChoice } from '../room-choice.tsx';
import { CredentialView } from './credential-view.tsx';
import { PairView, pairingKey } from './pair-view.tsx';
import styles from './devices-page.module.css';

/** A device id made of a name: 'Küche Thermostat' becomes 'kuche-thermostat'. */
function idFrom(name: string): string {
  return name
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/gu, '-')
    .replace(/^-+|-+$/gu, '')
    .slice(0, 36)
    .replace(/-+$/u, '');
}

type Role = NonNullable<NewDevice['role']>;

const roles = [
  { value: 'device', label: 'A device' },
  { value: 'gateway', label: 'A gateway' },
] as const;

const hints: Record<Role, { role: string; name: string }> = {
  device: {
    role: 'A thermostat, heater or sensor that speaks MQTT itself.',
    name: 'What you call it: Kitchen thermostat',
  },
  gateway: {
    role: 'Software or a device of another make, or what speaks for several. What it says appears by itself.',
    name: 'What you call it: Radio',
  },
};

type Speaks = NonNullable<NewDevice['speaks']>;

/** What a gateway is, what its topics begin with, and what that is when nothing is entered; empty: its user name. */
const gateways: readonly { value: Speaks; label: string; base: string; begins: string | null }[] = [
  { value: 'rtl_433', label: 'rtl_433, with a radio stick', base: 'rtl_433', begins: null },
  { value: 'zigbee2mqtt', label: 'Zigbee2MQTT', base: 'zigbee2mqtt', begins: 'Its base topic' },
  { value: 'shelly', label: 'A Shelly, Gen2 or newer', base: '', begins: 'Its MQTT prefix' },
  { value: 'shelly-gen1', label: 'A Shelly TRV or H&T of the first generation', base: '', begins: 'Its id' },
  { value: 'tasmota', label: 'Tasmota', base: '', begins: 'Its topic' },
  { value: 'discovery', label: 'ESPHome, EMS-ESP, BSB-LAN …', base: '', begins: 'Its base topic' },
  { value: 'ebusd', label: 'ebusd', base: 'ebusd', begins: 'Its topic' },
  { value: 'home-assistant', label: 'Home Assistant itself', base: '', begins: null },
];

interface GatewayChoice {
  speaks: Speaks;
  base: string;
}

/** Which software it is, and where its topics begin: its password is for these and no others. */
function GatewayFields({
  choice: { speaks, base },
  id,
  onChange,
}: {
  choice: GatewayChoice;
  id: string;
  onChange: (choice: GatewayChoice) => void;
}) {
  const { begins, base: usual } = gateways.find(({ value }) => value === speaks)!;
  return (
    <>
      <SelectField
        label="Software"
        value={speaks}
        onChange={(event) => onChange({ speaks: event.currentTarget.value as Speaks, base: '' })}
      >
        {gateways.map(({ value, label }) => (
          <option key={value} value={value}>
            {label}
          </option>
        ))}
      </SelectField>
      {begins !== null && (
        <Field
          label={begins}
          hint="As it has it in its MQTT settings. It can touch nothing else."
          placeholder={usual || id}
          pattern="[A-Za-z0-9_.\-]{1,64}(/[A-Za-z0-9_.\-]{1,64}){0,2}"
          title="Letters, digits, _ . - and at most two slashes"
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          value={base}
          onChange={(event) => onChange({ speaks, base: event.currentTarget.value })}
        />
      )}
    </>
  );
}

interface FormProps {
  onSend: (device: NewDevice, settleRoom: () => Promise<string | null>) => void;
  error: unknown;
  isPending: boolean;
}

function NewDeviceForm({ onSend, error, isPending }: FormProps) {
  const [role, setRole] = useState<Role>('device');
  const [name, setName] = useState('');
  const [ownId, setOwnId] = useState<string | null>(null);
  const [gateway, setGateway] = useState<GatewayChoice>({ speaks: 'rtl_433', base: '' });
  const { choice, setChoice, settle } = useRoomChoice(null);
  const id = ownId ?? idFrom(name);
  const isOfId = error instanceof RequestFailure && error.code === 'already-there' && !isNewRoom(choice);

  function onSubmit(event: SubmitEvent<HTMLFormElement>): void {
    event.preventDefault();
    const { speaks, base } = gateway;
    if (role === 'device') onSend({ id, name, role }, settle);
    else onSend({ id, name, role, speaks, ...(base === '' ? {} : { base }) }, async () => null);
  }
  return (
    <form className={styles.form} onSubmit={onSubmit}>
      <div className={styles.role}>
        <Choice label="What connects" options={roles} value={role} onChange={setRole} />
        <p className={styles.hint}>{hints[role].role}</p>
      </div>
      <Field
        // React keeps this attribute from the page, and by it the dialog chooses where the focus goes.
        ref={(input) => input?.setAttribute('autofocus', '')}
        label="Name"
        hint={hints[role].name}
        required
        maxLength={60}
        autoComplete="off"
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
      />
      <Field
        label={role === 'gateway' ? 'User name' : 'Device id'}
        hint="How it signs in. Lower case, digits and hyphens, 3 to 36 characters."
        error={isOfId ? 'There is a device with this id already. Choose another.' : undefined}
        required
        pattern="[a-z0-9][a-z0-9\-]{1,34}[a-z0-9]"
        title="Lower case, digits and hyphens, 3 to 36 characters"
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
        value={id}
        onChange={(event) => setOwnId(event.currentTarget.value)}
      />
      {role === 'gateway' && <GatewayFields choice={gateway} id={id} onChange={setGateway} />}
      {role === 'device' && (
        <RoomField
          choice={choice}
          onChange={setChoice}
          none="As the device says"
          hint="Left open, it takes the room that the device names, now or later, until you choose one."
        />
      )}
      {Boolean(error) && !isOfId && (
        <p className={styles.error} role="alert">
          {wordsFor(error)}
        </p>
      )}
      <Button look="primary" type="submit" disabled={isPending}>
        {isPending ? 'Making its password…' : 'Make its password'}
      </Button>
    </form>
  );
}

interface Wish {
  device: NewDevice;
  settleRoom: () => Promise<string | null>;
}

/** Connects a device or gateway: by a code that it pairs with, or named here and given an address and password. */
export function ConnectDialog({ onClose }: { onClose: () => void }) {
  const client = useQueryClient();
  const add = useMutation({
    mutationFn: async ({ device, settleRoom }: Wish) => {
      const roomId = await settleRoom();
      return call('addDevice', { body: { ...device, ...(roomId ? { roomId } : {}) } });
    },
    onSuccess: () => client.invalidateQueries({ queryKey: keys.devices }),
  });
  const pair = useMutation({
    mutationFn: () => call('openPairing', {}),
    onSuccess: (opened) => client.setQueryData(pairingKey, opened),
  });
  const close = (): void => {
    // A code that nobody looks at any more lets nobody in.
    if (pair.data) void call('closePairing', {}).catch(() => undefined);
    onClose();
  };
  if (pair.data)
    return (
      <Dialog title="Pair a device" onClose={close}>
        <PairView onAgain={() => pair.mutate()} onDone={close} />
      </Dialog>
    );
  const role = add.variables?.device.role ?? 'device';
  return (
    <Dialog title={add.data ? `Tell your ${role}` : 'Connect a device'} onClose={close}>
      {add.data ? (
        <CredentialView
          credential={add.data}
          role={role}
          speaks={add.variables?.device.speaks}
          onDone={close}
        />
      ) : (
        <>
          <NewDeviceForm
            onSend={(device, settleRoom) => add.mutate({ device, settleRoom })}
            error={add.error}
            isPending={add.isPending}
          />
          <div className={styles.or}>
            <span>{pair.error ? wordsFor(pair.error) : 'Does it ask for a pairing code?'}</span>
            <Button disabled={pair.isPending} onClick={() => pair.mutate()}>
              Pair a device
            </Button>
          </div>
        </>
      )}
    </Dialog>
  );
}
