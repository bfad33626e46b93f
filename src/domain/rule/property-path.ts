import { isJsonObject, type JsonObject, type JsonValue } from '../json';

/**
 * Returns the value a property's name leads to, `undefined` where there is none: the object's own key of exactly
 * that name (dots and all), else the keys between the dots, one inside the other. A step that meets a list goes
 * into each of its items and leads to the list of what they hold: `items.sku`. Only own keys count, so that
 * `__proto__` and `constructor` are names like any other.
 */
export function readProperty(properties: JsonObject, name: string): JsonValue | undefined {
  if (Object.hasOwn(properties, name)) return properties[name];
  return name.includes('.') ? follow(properties, name.split('.')) : undefined;
}

function follow(value: JsonValue | undefined, steps: readonly string[]): JsonValue | undefined {
  const [step, ...rest] = steps;
  if (step === undefined || value === undefined) return value;
  if (Array.isArray(value)) {
    const found = value.map((item) => follow(item, steps)).filter((entry) => entry !== undefined);
    return found.length > 0 ? found.flat() : undefined;
  }
  return isJsonObject(value) && Object.hasOwn(value, step) ? follow(value[step], rest) : undefined;
}
