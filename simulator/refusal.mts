/** Something the simulator does not do, or a scenario that asks for the impossible. Never a result of a workflow. */
export class SimulationError extends Error {
  override name = 'SimulationError';
}
