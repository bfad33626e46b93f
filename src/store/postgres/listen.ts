import { Client, type PoolConfig } from 'pg';

const RECONNECT_AFTER = 5_000;

/**
 * Calls `listener` at each notification on `channel` but those that carry `own`, also after the connection was lost and
 * came back (what was missed meanwhile counts as one). Returns how to stop.
 */
export function listen(
  config: PoolConfig,
  { channel, own }: { readonly channel: string; readonly own: string },
  listener: () => void,
): () => void {
  let client: Client | null = null;
  let retry: NodeJS.Timeout | null = null;
  let isStopped = false;

  const connect = async (isFirst: boolean): Promise<void> => {
    const next = new Client({ ...config, keepAlive: true });
    client = next;
    const lost = () => {
      if (isStopped || client !== next) return;
      client = null;
      next.end().catch(() => {});
      retry = setTimeout(() => void connect(false), RECONNECT_AFTER);
      retry.unref();
    };
    next.on('error', lost);
    next.on('end', lost);
    next.on('notification', ({ payload }) => {
      if (payload !== own) listener();
    });
    try {
      await next.connect();
      await next.query(`listen "${channel}"`);
      if (isStopped) await next.end();
      else if (!isFirst) listener();
    } catch {
      lost();
    }
  };

  void connect(true);
  return () => {
    isStopped = true;
    if (retry) clearTimeout(retry);
    client?.end().catch(() => {});
  };
}
