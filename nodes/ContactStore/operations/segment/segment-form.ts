import type { JsonObject } from '../../../../src/domain/json';
import type { Segment } from '../../../../src/store/port';

/** A saved segment as it travels on items. */
export function describeSegment(segment: Segment): JsonObject {
  return {
    name: segment.name,
    version: segment.version,
    members: segment.size,
    rule: segment.definition,
    zone: segment.zone,
    createdAt: iso(segment.createdAt),
    updatedAt: iso(segment.updatedAt),
    lastMovedAt: segment.movedAt === null ? null : iso(segment.movedAt),
  };
}

function iso(moment: number): string {
  return new Date(moment).toISOString();
}
