/** Runs the measurements asked for, one after the other, and tells what came of each. */
import { parseArgs } from 'node:util';
import { isMet, type Measured, type Measurement } from './measurement.mts';
import { MEASUREMENTS } from './measurements.mts';

const { values: options } = parseArgs({
  options: {
    only: { type: 'string' },
    json: { type: 'boolean', default: false },
    check: { type: 'boolean', default: false },
    list: { type: 'boolean', default: false },
  },
});

if (options.list) {
  for (const { name, compared } of MEASUREMENTS) console.log(`${name.padEnd(23)} ${compared}`);
} else {
  const missed: string[] = [];
  for (const measurement of chosen(options.only)) {
    const measured = await measurement.run();
    if (options.json)
      console.log(
        JSON.stringify({ name: measurement.name, ...rounded(measured), compared: measurement.compared }),
      );
    else tell(measurement, measured);
    if (!isMet(measurement, measured)) missed.push(measurement.name);
  }
  if (options.check && missed.length > 0) {
    console.error(`Not met: ${missed.join(', ')}`);
    // Postgres' package ends the process with 0 where only an exit code is set.
    process.exit(1);
  }
}

function chosen(only: string | undefined): readonly Measurement[] {
  if (only === undefined) return MEASUREMENTS;
  return only.split(',').map((name) => {
    const measurement = MEASUREMENTS.find((one) => one.name === name.trim());
    if (measurement) return measurement;
    const names = MEASUREMENTS.map((one) => one.name).join(', ');
    console.error(`There is no measurement "${name}". There are: ${names}`);
    process.exit(2);
  });
}

function tell(measurement: Measurement, measured: Measured): void {
  const { name, compared, atLeast, below } = measurement;
  const { ours, reference, referenceName, ratio, unit, ...more } = measured;
  const asked = atLeast === undefined ? below && `below ${below} ${unit}` : `at least ${atLeast}`;
  const verdict = asked ? ` (${asked}: ${isMet(measurement, measured) ? 'met' : 'MISSED'})` : '';
  console.log(`\n${name}  ${compared}`);
  console.log(`  ours       ${short(ours).padStart(12)} ${unit}`);
  console.log(`  reference  ${short(reference).padStart(12)} ${unit}   ${referenceName}`);
  console.log(`  ratio      ${short(ratio).padStart(12)}${verdict}`);
  for (const [key, value] of Object.entries(more)) {
    console.log(`  ${key}: ${typeof value === 'number' ? short(value) : String(value)}`);
  }
}

function short(value: number): string {
  const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2;
  return value.toLocaleString('en', { maximumFractionDigits: digits, minimumFractionDigits: digits });
}

function rounded(measured: Measured): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(measured).map(([key, value]) => [
      key,
      typeof value === 'number' ? Number(value.toPrecision(5)) : value,
    ]),
  );
}
