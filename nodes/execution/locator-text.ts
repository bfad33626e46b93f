/** The text of a resource locator, or of a plain parameter; trimmed. */
export function locatorText(value: unknown): string {
  const inner =
    typeof value === 'object' && value !== null && 'value' in value
      ? (value as { value: unknown }).value
      : value;
  return typeof inner === 'string' || typeof inner === 'number' ? String(inner).trim() : '';
}
