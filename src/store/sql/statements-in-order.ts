import type { DatabaseConnection, QueryExecutorProvider, Transaction } from 'kysely';
import type { Tables } from './tables';

/**
 * Runs `work` with an executor that hands each statement of the transaction on as it comes, the next before the last is
 * answered. Kysely's own transaction awaits every answer, which for SQLite costs two changes of thread a statement.
 */
export function statementsInOrder<T>(
  transaction: Transaction<Tables>,
  work: (executor: QueryExecutorProvider) => Promise<T>,
): Promise<T> {
  const executor = transaction.getExecutor();
  return executor.provideConnection((connection: DatabaseConnection) => {
    const direct = executor.withConnectionProvider({ provideConnection: (consumer) => consumer(connection) });
    return work({ getExecutor: () => direct });
  });
}
