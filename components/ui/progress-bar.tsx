'use client';

import { useLinkStatus } from 'next/link';

/** A thin line along the top of the window while another page is on its way. Quick ones show nothing. */
export function ProgressBar() {
  return <span aria-hidden className="progress" />;
}

/** The line of the link that it stands in. */
export function LinkProgress() {
  return useLinkStatus().pending ? <ProgressBar /> : null;
}
