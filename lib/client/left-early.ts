/**
 * Loads a page again that Back brings out of the back/forward cache, if it was left before React had taken it over. WebKit drops
 * what React had scheduled by then, so such a page would stay as it was: its buttons dead, and private even after a sign-out.
 */
export function reloadPagesLeftEarly(): void {
  window.addEventListener('pageshow', ({ persisted }) => {
    if (persisted && document.documentElement.dataset.hydrated === undefined) location.reload();
  });
}

/** Notes that React has taken the page over. */
export function markHydrated(): void {
  document.documentElement.dataset.hydrated = '';
}
