/** What people see when something is wrong with the server or their session. */
import type { Page } from '@playwright/test';
import Database from 'better-sqlite3';
import { paths } from '#lib/core/routes.ts';
import { expect } from '#tests/e2e/fixtures.ts';
import { withoutTable } from '#tests/e2e/without-table.ts';
import type { RunningServer } from '#tests/support/server.ts';

type Look = (state: string) => Promise<void>;

/** Somebody who is signed in meets a fault in a page, and one in its frame, and tries again. */
export async function walkFaults(page: Page, server: RunningServer, look: Look): Promise<void> {
  for (const table of ['events', 'users'] as const) {
    await withoutTable(server, table, async () => {
      await page.goto(paths.activity);
      await expect(page.getByRole('heading', { name: 'Something went wrong on our side' })).toBeVisible();
      await look(`a fault, without ${table}`);
    });
    await page.getByRole('button', { name: 'Try again' }).click();
    await expect(page.getByRole('heading', { name: 'Activity' })).toBeVisible();
    await look(`afterwards, with ${table}`);
  }
}

/** Somebody who is signed in meets a server that is busy, then none, and then finds their session ended. */
export async function walkAbsences(page: Page, server: RunningServer, look: Look): Promise<void> {
  const database = new Database(server.databaseUrl.replace('file:', ''));
  try {
    await page.context().clearCookies({ name: /latchkey-session/ });
    database.exec('BEGIN IMMEDIATE');
    expect((await page.goto(paths.sessions))?.status()).toBe(503);
    database.exec('ROLLBACK');
    await look('the page that tries again by itself');
    await expect(page.getByText('This device')).toBeVisible();
    // A script that the page still waits for would be lost too, and the page with it.
    await page.waitForLoadState();
    await page.context().setOffline(true);
    await expect(async () => {
      await page.getByRole('button', { name: 'End all other sessions' }).click();
      await expect(page.getByText(/Nothing was ended/).first()).toBeVisible({ timeout: 1000 });
    }).toPass();
    await look('offline');
    await page.context().setOffline(false);
    // A page that finds its session ended leaves by itself, and would cross this.
    await page.goto('about:blank');
    database.prepare("UPDATE sessions SET ended_at = ?, end_reason = 'reuse'").run(Date.now());
    await page.goto(paths.account);
    await expect(page.getByRole('note')).toBeVisible();
    await look('sign in, told why the session ended');
  } finally {
    database.close();
  }
}
