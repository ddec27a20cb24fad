// Finds the thermostat, says each thing that it learns of it on a line, and sets its setpoint once.
import { homie, options } from './library.ts';

const devices = new homie.HomieDeviceManager();
const discovery = new homie.DeviceDiscovery(options);
discovery.events$.subscribe({
  next: (event) => {
    // It is told of a device at each of its states.
    if (event.type !== 'add' || devices.hasDevice(event.deviceId)) return;
    const device = devices.add(event.makeDevice());
    device.state$.subscribe({ next: (state) => console.log(`state ${state}`) });
    void device.onInit();
  },
});
for (const name of ['temperature', 'setpoint'])
  devices.selectProperty(`hall/thermostat/${name}`).subscribe({
    next: (property) => {
      property.value$.subscribe({
        next: (value) => {
          console.log(`${name} ${value}`);
          if (name === 'setpoint' && value === '20')
            property.setCommand$('21.5').subscribe({ next: () => console.log('set') });
        },
      });
    },
  });
await discovery.onInit();
