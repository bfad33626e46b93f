/** How tests wait for what n8n does: until it is so, never for a time that should be enough. */

/** After so many seconds something hangs. No claim about speed: the machine may be busy with much else. */
export const PATIENCE_SECONDS = 180;

const ASK_EVERY_MILLISECONDS = 200;

export const pause = (milliseconds: number) =>
  new Promise<void>((resolve) => setTimeout(resolve, milliseconds));

/** Asks again and again; resolves with the first answer that `isSo`, rejects with what `describe` says of the last. */
export async function eventually<T>(
  ask: () => Promise<T>,
  isSo: (answer: T) => boolean,
  describe: (answer: T) => string,
): Promise<T> {
  const deadline = Date.now() + PATIENCE_SECONDS * 1000;
  for (;;) {
    const answer = await ask();
    if (isSo(answer)) return answer;
    if (Date.now() > deadline) throw new Error(`After ${PATIENCE_SECONDS} s: ${describe(answer)}`);
    await pause(ASK_EVERY_MILLISECONDS);
  }
}
