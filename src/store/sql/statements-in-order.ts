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
  return executor.provideConnection(async (connection: DatabaseConnection) => {
    let isOver = false;
    const direct = executor.withConnectionProvider({
      async provideConnection(consumer) {
        // A statement that comes while the end is on its way would be run after it, in no transaction.
        if (isOver) throw new Error('The transaction has ended');
        return consumer(connection);
      },
    });
    try {
      return await work({ getExecutor: () => direct });
    } finally {
      isOver = true;
    }
  });
}
