/** What one type of condition says. */
export interface ConditionType {
  readonly whenTrue: string;
  /** Absent where it never is. */
  readonly whenFalse?: string;
  /** When there is none of this type; absent where there always is one. */
  readonly absent?: string;
}
