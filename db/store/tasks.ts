/** Tasks, and the keys by which a repeated request does not create a second one. */
import type { TaskOrder } from '#lib/core/tasks/contract.ts';
import type { Cursor } from './export.ts';
import type { Page } from './page.ts';

export interface TaskRow {
  id: string;
  userId: string;
  title: string;
  description: string;
  /** `YYYY-MM-DD`, or null if the task has no deadline. */
  deadline: string | null;
  completed: boolean;
  createdAt: Date;
  updatedAt: Date;
}

/** New values of the fields to change. The others stay as they are. */
export type TaskChanges = Partial<Pick<TaskRow, 'title' | 'description' | 'deadline' | 'completed'>>;

/** A page of tasks, the filters on it and its order. */
export interface TaskFilter extends Page {
  /** True for completed tasks only, false for open ones only, left out for both. */
  completed?: boolean | undefined;
  /** Text that must occur in the title or the description. The case of A to Z is ignored. */
  search?: string | undefined;
  /** Newest first if it is left out. */
  sort?: TaskOrder | undefined;
}

/** The `Idempotency-Key` of a request. */
export interface IdempotencyKey {
  key: string;
  /** Hash over the request's method, path and body. */
  hash: string;
  /** Keys that were stored before this time count as unknown. */
  forgetBefore: Date;
}

export interface TaskStore {
  /** Lists a page of the user's tasks. `total` counts the tasks of all pages. */
  listTasks(userId: string, filter: TaskFilter): Promise<{ items: TaskRow[]; total: number }>;

  /** Lists at most `size` of the user's tasks, the oldest first: those after `after`, or the first ones. */
  listTasksAfter(userId: string, after: Cursor | null, size: number): Promise<TaskRow[]>;

  findTask(userId: string, id: string): Promise<TaskRow | null>;

  /**
   * Creates a task and stores the key, if there is one. Creates none if the key is known already: with the same hash,
   * returns `replayed` and the task that was created then (null if it was deleted since); with another hash,
   * `key_reused`.
   */
  createTask(
    task: TaskRow,
    key: IdempotencyKey | null,
  ): Promise<{ kind: 'created'; task: TaskRow } | { kind: 'replayed'; task: TaskRow | null } | { kind: 'key_reused' }>;

  /** Changes a task. Returns the changed task, or null if the user has no such task. */
  updateTask(userId: string, id: string, changes: TaskChanges, now: Date): Promise<TaskRow | null>;

  /** Deletes a task. Returns false if the user has no such task. */
  deleteTask(userId: string, id: string): Promise<boolean>;
}
