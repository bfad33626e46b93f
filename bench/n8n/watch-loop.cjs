/**
 * Preloaded into n8n: keeps the event loop's delay. At SIGUSR2 it writes what it has seen since the last one to the file
 * that BENCH_LOOP_FILE names, in milliseconds, and begins anew.
 */
const { monitorEventLoopDelay } = require('node:perf_hooks');
const { renameSync, writeFileSync } = require('node:fs');

const file = process.env.BENCH_LOOP_FILE;
if (file) {
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  process.on('SIGUSR2', () => {
    const seen = { p50: delay.percentile(50) / 1e6, p99: delay.percentile(99) / 1e6, max: delay.max / 1e6 };
    delay.reset();
    // Whole or not there at all, for whoever waits for it.
    writeFileSync(`${file}.draft`, JSON.stringify(seen));
    renameSync(`${file}.draft`, file);
  });
}
