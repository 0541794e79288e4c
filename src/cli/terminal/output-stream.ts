/** The part of process.stdout and process.stderr that output needs. */
export interface OutputStream {
  readonly isTTY: boolean;
  /** Characters per line; undefined where there is no terminal, or it does not say. */
  readonly columns: number | undefined;
  /** Lines of the terminal; undefined like `columns`. */
  readonly rows: number | undefined;
  write(text: string): void;
}
