import fc from 'fast-check';
import type { DeliveryHoursSetting } from '../../../src/domain/schedule/delivery-window';
import { timeOfDay } from './every-zone';

/** Whether a clock that shows this reading stands in a window and outside the quiet hours, word by word. */
export function isOpenByDefinition(setting: DeliveryHoursSetting, reading: number): boolean {
  return isInWindowByDefinition(setting, reading) && !isQuietByDefinition(setting, reading);
}

/** The windows' part of the definition. */
export function isInWindowByDefinition({ windows }: DeliveryHoursSetting, reading: number): boolean {
  if (!windows?.length) return true;
  const date = new Date(reading);
  const time = date.toISOString().slice(11, 16);
  const today = date.getUTCDay() || 7;
  const yesterday = today === 1 ? 7 : today - 1;
  return windows.some(({ weekdays, from, to }) => {
    if (from < to) return weekdays.includes(today) && from <= time && time < to;
    return (weekdays.includes(today) && from <= time) || (weekdays.includes(yesterday) && time < to);
  });
}

/** The quiet hours' part of the definition. */
export function isQuietByDefinition({ quietHours }: DeliveryHoursSetting, reading: number): boolean {
  if (!quietHours) return false;
  const time = new Date(reading).toISOString().slice(11, 16);
  const { from, to } = quietHours;
  return from < to ? from <= time && time < to : from <= time || time < to;
}

const window = fc.record({
  weekdays: fc.uniqueArray(fc.integer({ min: 1, max: 7 }), { minLength: 1, maxLength: 7 }),
  from: timeOfDay,
  to: timeOfDay,
});

const quietHours = fc.record({ from: timeOfDay, to: timeOfDay }).filter(({ from, to }) => from !== to);

/** Settings that can be read; some leave nothing open. */
export const deliveryHours: fc.Arbitrary<DeliveryHoursSetting> = fc.record({
  windows: fc.array(window, { maxLength: 3 }),
  quietHours: fc.option(quietHours),
});
