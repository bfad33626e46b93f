import { type Person } from './abandoned-carts-people.mts';
import { did, simulationOf, storyteller, tellEnds } from './interest-stories.mts';

export interface Told {
  status: string;
  reason: string;
  at: string;
}
export const say = ({ status, reason, at }: Told) => `${status}: ${reason} (${at.slice(0, 16)})`;

export const simulation = simulationOf('29-nurture-leads-across-channels');
const tell = storyteller(simulation, (sim) => tellEnds<Told>(sim, 'nurtureAcrossChannels', say));
export const story: typeof tell = (run, more) =>
  tell(async (sim) => {
    const seen = await run(sim);
    return { seen, app: await tellEnds<Told>(sim, 'nurtureInTheApp', say) };
  }, more);

/** A new contact, who agreed to these channels in the form that it came by. */
export const comes = (who: object, channels: readonly string[] = ['email'], more: object = {}) => ({
  ...did({ ...who, ...more }, 'account_created'),
  ...(channels.length > 0
    ? { consent: { ...Object.fromEntries(channels.map((channel) => [channel, 'opted_in'])), source: 'form' } }
    : {}),
});
/** A number of their own, by the first letter of the name. */
export const phoneOf = ({ firstName = 'A' }: Person) => `+49151234567${firstName.charCodeAt(0)}`;
export const withPhone = (who: Person, channels = ['email', 'sms']) =>
  comes(who, channels, { phone: phoneOf(who) });
export const withApp = (who: Person, channels = ['email', 'push']) =>
  comes(who, channels, { properties: { appPushToken: `app-${who.firstName}` } });
export const opens = (who: Person, message: string, more: object = {}) =>
  did(who, 'email_opened', { message: `nurture-channels-${message}`, ...more });
