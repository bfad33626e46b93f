import type { Clock } from '../domain/clock';

/** The longest delay a timer of Node takes; more than that fires at once. */
const LONGEST_DELAY = 2_147_483_647;

/** The machine's own clock. Timers never keep the process alive, and hold also when the machine slept meanwhile. */
export const systemClock: Clock = {
  now: () => Date.now(),
  at(time, run) {
    let timer: NodeJS.Timeout;
    const wait = () => {
      const delay = time - Date.now();
      // A machine that slept has not counted the time; looking every minute finds what became due.
      timer = setTimeout(delay > 60_000 ? wait : fire, Math.max(0, Math.min(delay, 60_000, LONGEST_DELAY)));
      timer.unref();
    };
    const fire = () => (Date.now() < time ? wait() : run());
    wait();
    return () => clearTimeout(timer);
  },
};
