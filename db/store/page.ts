/** A page of a list. */
export interface Page {
  /** Counted from 1. */
  page: number;
  /** How many items the page holds at most. */
  size: number;
}
