import type { TaskOrder } from '#lib/core/tasks/contract.ts';
import type { Page } from './activity.ts';

export interface TaskRow {
  id: string;
  userId: string;
  title: string;
  description: string;
  /** `YYYY-MM-DD`. */
  deadline: string | null;
  completed: boolean;
  createdAt: Date;
  updatedAt: Date;
}
export type TaskChanges = Partial<Pick<TaskRow, 'title' | 'description' | 'deadline' | 'completed'>>;

export interface TaskFilter extends Page {
  completed?: boolean | undefined;
  /** Stands in the title or the description, in any case. */
  search?: string | undefined;
  /** Newest first where nothing else is asked. */
  sort?: TaskOrder | undefined;
}

/** A remembered `Idempotency-Key`: `hash` covers method, path and body; keys made before `forgetBefore` count as unknown. */
export interface IdempotencyKey {
  key: string;
  hash: string;
  forgetBefore: Date;
}

export interface TaskStore {
  listTasks(userId: string, filter: TaskFilter): Promise<{ items: TaskRow[]; total: number }>;
  findTask(userId: string, id: string): Promise<TaskRow | null>;

  /**
   * Makes the task and remembers the key in one transaction. A key that is known with the same hash answers the task it made
   * (`replayed`, `task` null if it is gone since); with another hash, `key_reused`.
   */
  createTask(
    task: TaskRow,
    key: IdempotencyKey | null,
  ): Promise<{ kind: 'created'; task: TaskRow } | { kind: 'replayed'; task: TaskRow | null } | { kind: 'key_reused' }>;

  /** Answers the task as it is after the change, or null when it is not this user's. */
  updateTask(userId: string, id: string, changes: TaskChanges, now: Date): Promise<TaskRow | null>;
  deleteTask(userId: string, id: string): Promise<boolean>;
}
