import { expect, test, vi } from 'vitest';
import { markHydrated, reloadPagesLeftEarly } from './left-early.ts';

function openPage() {
  const page = { window: new EventTarget(), reload: vi.fn() };
  vi.stubGlobal('window', page.window);
  vi.stubGlobal('document', { documentElement: { dataset: {} } });
  vi.stubGlobal('location', { reload: page.reload });
  reloadPagesLeftEarly();
  const show = (persisted: boolean) => page.window.dispatchEvent(Object.assign(new Event('pageshow'), { persisted }));
  return { ...page, show };
}

test('a page that was left before React had taken it over is loaded again when Back brings it', () => {
  const { show, reload } = openPage();
  show(false);
  expect(reload).not.toHaveBeenCalled();
  show(true);
  expect(reload).toHaveBeenCalledOnce();
});

test('one that React had taken over is not: what was typed into it stays', () => {
  const { show, reload } = openPage();
  show(false);
  markHydrated();
  show(true);
  expect(reload).not.toHaveBeenCalled();
});
