'use client';

import { useEffect } from 'react';
import { onSignOut } from '#components/sessions/sign-out.tsx';
import { useAuth } from '#lib/client/auth-provider.tsx';
import { type Draft, forgetDraft, keepDraft, takeDraft } from './drafts.ts';
import { toast } from './toasts.tsx';

/** Selects the fields whose text is kept. No password is among them. */
const keptFields = '[data-kept] :is(input:not([type]), input[type=text], input[type=date], textarea)[name]';

/** Says how long a sign-out may take before it counts as failed. */
const signOutMs = 30_000;

type Field = HTMLInputElement | HTMLTextAreaElement;

function fields(): Field[] {
  return [...document.querySelectorAll<Field>(keptFields)];
}

/**
 * Keeps what was typed on a page whose session ended by itself, and puts it back once the same person is here again.
 * Keeps nothing of somebody who signs out, in this tab or another.
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

/** Puts kept text into its fields, but for those where something was typed since the page came: that is newer. */
function restore(kept: Draft['fields']): void {
  const empty = fields().filter((field) => field.name in kept && field.value === field.defaultValue);
  for (const field of empty) field.value = kept[field.name] ?? '';
  if (empty.length > 0) toast({ text: 'What you were writing is back.' });
}
