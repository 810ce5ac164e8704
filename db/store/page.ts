/** A page of a list. */
export interface Page {
  /** Counted from 1. */
  page: number;
  /** Number of items on a full page. */
  size: number;
}
