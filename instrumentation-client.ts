import { reloadPagesLeftEarly } from '#lib/client/left-early.ts';
import { installTrustedTypes } from '#lib/client/trusted-types.ts';

// Next runs this file before it loads the page's own code.
installTrustedTypes();
reloadPagesLeftEarly();
