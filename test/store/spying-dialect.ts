import type { CompiledQuery, DatabaseConnection, Dialect, Driver } from 'kysely';
import type { SqlDialect } from '../../src/store/sql/dialect';

/** The same dialect, writing down every statement that goes through it. */
export function spyingOn(dialect: SqlDialect, statements: CompiledQuery[]): SqlDialect {
  const inner = dialect.kysely;
  const kysely: Dialect = {
    createAdapter: () => inner.createAdapter(),
    createIntrospector: (db) => inner.createIntrospector(db),
    createQueryCompiler: () => inner.createQueryCompiler(),
    createDriver: () => new SpyingDriver(inner.createDriver(), statements),
  };
  return { ...dialect, kysely };
}

class SpyingDriver implements Driver {
  private readonly inner: Driver;
  private readonly statements: CompiledQuery[];
  private readonly spied = new WeakMap<DatabaseConnection, DatabaseConnection>();

  constructor(inner: Driver, statements: CompiledQuery[]) {
    this.inner = inner;
    this.statements = statements;
  }

  init() {
    return this.inner.init();
  }

  async acquireConnection(): Promise<DatabaseConnection> {
    const connection = await this.inner.acquireConnection();
    const { statements } = this;
    const spying: DatabaseConnection = {
      executeQuery(query) {
        statements.push(query);
        return connection.executeQuery(query);
      },
      streamQuery: (query, size) => connection.streamQuery(query, size),
    };
    this.spied.set(spying, connection);
    return spying;
  }

  beginTransaction(...[connection, settings]: Parameters<Driver['beginTransaction']>) {
    return this.inner.beginTransaction(this.innerOf(connection), settings);
  }

  commitTransaction(connection: DatabaseConnection) {
    return this.inner.commitTransaction(this.innerOf(connection));
  }

  rollbackTransaction(connection: DatabaseConnection) {
    return this.inner.rollbackTransaction(this.innerOf(connection));
  }

  releaseConnection(connection: DatabaseConnection) {
    return this.inner.releaseConnection(this.innerOf(connection));
  }

  destroy() {
    return this.inner.destroy();
  }

  private innerOf(connection: DatabaseConnection): DatabaseConnection {
    const inner = this.spied.get(connection);
    if (!inner) throw new Error('A connection that this driver did not give');
    return inner;
  }
}
