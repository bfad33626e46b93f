import type { Resource } from './operation';
import { contact } from './operations/contact';

/** What the node works on, in the order it is offered. */
export const RESOURCES: readonly Resource[] = [contact];
