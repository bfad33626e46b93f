/** The types in which the two databases differ. */
export interface ColumnTypes {
  /** A primary key that the caller numbers. */
  readonly id: string;
  /** A primary key that the database numbers, never using a number again. */
  readonly serial: string;
  /** A whole number of 64 bits. */
  readonly integer: string;
  /** A JSON document. */
  readonly json: string;
  /** What follows a table whose primary key is all that is looked up by. */
  readonly keyed: string;
  /** The statements that make the functions of conditions; none where each connection brings them. */
  readonly functions: readonly string[];
}

/** One step from a version of the schema to the next. Once released, a migration never changes. */
export interface Migration {
  readonly version: number;
  readonly name: string;
  statements(types: ColumnTypes): readonly string[];
}
