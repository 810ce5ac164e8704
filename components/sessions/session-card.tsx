'use client';

import { Smartphone } from '#components/activity/icons.tsx';
import { Button } from '#components/ui/button.tsx';
import { Monitor } from '#components/ui/icons.tsx';
import { Ago, Moment } from '#components/ui/time.tsx';
import type { SessionInfo } from '#lib/core/sessions/contract.ts';
import { deviceOf } from '#lib/core/sessions/device.ts';

interface SessionCardProps {
  session: SessionInfo;
  now: string;
  onEnd: () => void;
}

const activeMs = 5 * 60 * 1000;

export function SessionCard({ session, now, onEnd }: SessionCardProps) {
  const { id, current, created_at, last_used_at, user_agent, ip } = session;
  const { name, isPhone } = deviceOf(user_agent);
  const isActive = current || Date.parse(now) - Date.parse(last_used_at) < activeMs;
  const Icon = isPhone ? Smartphone : Monitor;
  return (
    <li className="flex flex-wrap items-start gap-x-4 gap-y-3 rounded-md border bg-raised p-4 sm:flex-nowrap sm:p-5">
      <span
        className={`grid size-10 shrink-0 place-items-center rounded-md ${current ? 'bg-accent-soft text-accent' : 'bg-sunken text-muted'}`}
      >
        <Icon size={20} />
      </span>
      <div className="min-w-0 flex-1 basis-48">
        <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
          <h2 id={`device-${id}`} className="font-medium">
            {name}
          </h2>
          {current && (
            <span className="rounded-full bg-accent-soft px-2 text-xs font-medium text-accent">This device</span>
          )}
        </div>
        <p className="text-sm">
          {isActive ? (
            <span className="inline-flex items-center gap-1.5 text-ok">
              <span aria-hidden className="size-1.5 rounded-full bg-ok" />
              Active now
            </span>
          ) : (
            <span className="text-muted">
              Last used <Ago at={last_used_at} now={now} />
            </span>
          )}
        </p>
        <p className="mt-2 text-xs text-muted">
          Since <Moment at={created_at} style="date" />
          {ip && (
            <>
              {', from '}
              <span className="font-mono">{ip}</span>
            </>
          )}
        </p>
      </div>
      {!current && (
        <Button
          look="secondary"
          size="small"
          aria-describedby={`device-${id}`}
          onClick={onEnd}
          className="max-sm:min-h-11 max-sm:w-full"
        >
          End session
        </Button>
      )}
    </li>
  );
}
