/**
 * What the demo changes in its copies of the templates: the values of their `Settings` node, so that days become seconds.
 * The templates themselves stay as they are; whoever imports them by hand gets the real durations.
 */
import { SHOP_NAME } from './shop/catalogue.mts';

export type SettingValue = string | number | boolean;

/** When the first mail asks after a cart; the shop page counts down to it. */
export const REMINDER_SECONDS = 20;

/** By template folder, by the name of the value. */
export const DEMO_SETTINGS: Readonly<Record<string, Readonly<Record<string, SettingValue>>>> = {
  '16-recover-abandoned-carts': {
    'settings.shopName': SHOP_NAME,
    'settings.shopAddress': `${SHOP_NAME}, 1 Tea Lane, Exampletown`,
    'settings.sender': `${SHOP_NAME} <shop@example.com>`,
    'settings.mail1After': REMINDER_SECONDS,
    'settings.mail1Unit': 'seconds',
    'settings.mail2After': 2 * REMINDER_SECONDS,
    'settings.mail2Unit': 'seconds',
    'settings.mail3After': 3 * REMINDER_SECONDS,
    'settings.mail3Unit': 'seconds',
    'settings.quietHours': false,
  },
};
