'use client';

import { useEffect } from 'react';
import { onSignOut } from '#components/sessions/sign-out-news.ts';
import { useAuth } from '#lib/client/auth-provider.tsx';
import { type Draft, forgetDraft, keepDraft, takeDraft } from './drafts.ts';
import { toast } from './toast-store.ts';

/** Passwords are none of these. */
const keptFields = '[data-kept] :is(input:not([type]), input[type=text], input[type=date], textarea)[name]';

/** A sign-out that took longer has failed. */
const signOutMs = 30_000;

type Field = HTMLInputElement | HTMLTextAreaElement;

function fields(): Field[] {
  return [...document.querySelectorAll<Field>(keptFields)];
}

/**
 * Keeps what was typed while the session's end sends its page to the login page, and puts it back for the same person.
 * Who signs out, here or in another tab, leaves nothing behind.
 */
export function DraftKeeper({ userId }: { userId: string }) {
  const { client } = useAuth();
  useEffect(() => {
    restore(takeDraft(userId, location.pathname) ?? {});
    let leavingUntil = 0;
    const stopListening = onSignOut(() => {
      leavingUntil = performance.now() + signOutMs;
      forgetDraft();
    });
    const onPageHide = () => {
      const isOver = client.state().status === 'signed-out';
      if (isOver && performance.now() > leavingUntil) keepTyped(userId);
    };
    window.addEventListener('pagehide', onPageHide);
    return () => {
      stopListening();
      window.removeEventListener('pagehide', onPageHide);
    };
  }, [client, userId]);
  return null;
}

function keepTyped(owner: string): void {
  const typed = fields().filter((field) => field.value !== field.defaultValue);
  if (typed.length === 0) return;
  const draft: Draft = { owner, path: location.pathname, fields: {} };
  for (const { name, value } of typed) draft.fields[name] = value;
  keepDraft(draft);
}

/** What has been typed since the page came is newer. */
function restore(kept: Draft['fields']): void {
  const empty = fields().filter((field) => field.name in kept && field.value === field.defaultValue);
  for (const field of empty) field.value = kept[field.name] ?? '';
  if (empty.length > 0) toast({ text: 'What you were writing is back.' });
}
