/** What a measurement tells, and what is asked of it. */

export interface Measured {
  ours: number;
  reference: number;
  referenceName: string;
  ratio: number;
  unit: string;
  /** What else is worth telling, by name. */
  [more: string]: unknown;
}

export interface Measurement {
  readonly name: string;
  /** What was compared with what, in one line. */
  readonly compared: string;
  /** The least ratio that is good enough. */
  readonly atLeast?: number;
  /** The highest figure of ours that is good enough, in the unit of the measurement. */
  readonly below?: number;
  run(): Promise<Measured>;
}

/** Whether a figure is what is asked; true where nothing is. */
export function isMet({ atLeast, below }: Measurement, { ours, ratio }: Measured): boolean {
  return (atLeast === undefined || ratio >= atLeast) && (below === undefined || ours < below);
}
