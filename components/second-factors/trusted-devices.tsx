'use client';

import { useRouter } from 'next/navigation';
import { useOptimistic, useTransition } from 'react';
import { toast } from '#components/shell/toasts.tsx';
import { Button } from '#components/ui/button.tsx';
import { Monitor, Smartphone } from '#components/ui/icons.tsx';
import { Ago, Moment } from '#components/ui/time.tsx';
import { useAuth } from '#lib/client/auth-provider.tsx';
import { forgetDevice } from '#lib/client/second-factors/calls.ts';
import type { TrustedDeviceInfo } from '#lib/core/second-factors/contract.ts';
import { deviceOf } from '#lib/core/sessions/device.ts';
import { FactorSection, tellProblem } from './section.tsx';

interface TrustedDevicesProps {
  devices: TrustedDeviceInfo[];
  /** Time on the server's clock when it read the devices, as an ISO timestamp. */
  now: string;
}

/** Lists the browsers that are not asked for the second step, each with a button that has it asked again. */
export function TrustedDevicesSection({ devices, now }: TrustedDevicesProps) {
  const router = useRouter();
  const { client } = useAuth();
  const [, startTransition] = useTransition();
  const [shown, drop] = useOptimistic(devices, (list, gone: string) => list.filter(({ id }) => id !== gone));

  function forget({ id, user_agent }: TrustedDeviceInfo) {
    startTransition(async () => {
      drop(id);
      const result = await forgetDevice(client, id);
      const { name } = deviceOf(user_agent);
      if (!result.ok && result.error.code !== 'not_found')
        return tellProblem(`${name} is still trusted.`, result.error);
      router.refresh();
      toast({ text: `${name} is asked for the second step again.` });
    });
  }

  return (
    <FactorSection
      title="Trusted devices"
      lead={
        shown.length === 0
          ? 'None. A browser is one if you tick “Don’t ask again on this device” as you sign in.'
          : 'These browsers are not asked for the second step.'
      }
    >
      {shown.length > 0 && (
        <ul className="grid gap-3">
          {shown.map((device) => (
            <Device key={device.id} device={device} now={now} onForget={() => forget(device)} />
          ))}
        </ul>
      )}
    </FactorSection>
  );
}

function Device({ device, now, onForget }: { device: TrustedDeviceInfo; now: string; onForget(): void }) {
  const { id, user_agent, ip, last_used_at, expires_at } = device;
  const { name, isPhone } = deviceOf(user_agent);
  const Icon = isPhone ? Smartphone : Monitor;
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-3 rounded-md border bg-raised p-4 sm:flex-nowrap">
      <span className="grid size-10 shrink-0 place-items-center rounded-md bg-sunken text-muted">
        <Icon size={20} />
      </span>
      <div className="min-w-0 flex-1 basis-48">
        <h3 id={`trusted-${id}`} className="font-medium">
          {name}
        </h3>
        <p className="text-xs text-muted">
          <span>
            Last used <Ago at={last_used_at} now={now} />, until <Moment at={expires_at} style="date" />
          </span>
          {ip && (
            <span>
              , from <span className="font-mono">{ip}</span>
            </span>
          )}
        </p>
      </div>
      <Button
        look="secondary"
        size="small"
        aria-describedby={`trusted-${id}`}
        onClick={onForget}
        className="max-sm:min-h-11 max-sm:w-full"
      >
        Forget
      </Button>
    </li>
  );
}
