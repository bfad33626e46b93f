import type { JsonObject } from '../../../../src/domain/json';
import type { SavedExperiment } from '../../../../src/store/port';

/** A test as it travels on items. */
export function describeTest({
  name,
  version,
  definition,
  winner,
  decidedAt,
  createdAt,
}: SavedExperiment): JsonObject {
  return {
    name,
    version,
    variants: definition.variants ?? [],
    controlShare: definition.controlShare ?? 0,
    winner,
    decidedAt: decidedAt === null ? null : new Date(decidedAt).toISOString(),
    begunAt: new Date(createdAt).toISOString(),
  };
}
