/**
 * Says that the page did not load completely once one of its own scripts fails to load, and offers to load it again. What was
 * typed stands in its fields again then, but for passwords: the entry of the browser's history keeps it meanwhile, in this tab.
 * Sent as text, so it must name nothing outside of itself.
 */
export function watchLoading(): void {
  type Field = HTMLInputElement | HTMLTextAreaElement;
  const typedFields =
    'input[name]:not([type=password],[type=hidden],[type=radio],[autocomplete$=password]),textarea[name]';
  const all = () => [...document.querySelectorAll<Field>(typedFields)];
  const isTick = (field: Field): field is HTMLInputElement => field.type === 'checkbox';
  const isTouched = (field: Field) =>
    isTick(field) ? field.checked !== field.defaultChecked : field.value !== field.defaultValue;

  // Past Next, which takes over the page's own history.replaceState and soon writes a state of its own over this one.
  const setState = (state: unknown) => History.prototype.replaceState.call(history, state, '');

  // Outlives the fields, where a page that cannot go on takes them away.
  const fields: Record<string, string | boolean> = {};

  function keep(): void {
    for (const field of all()) if (isTouched(field)) fields[field.name] = isTick(field) ? field.checked : field.value;
    setState({ ...history.state, typed: { path: location.pathname, fields } });
  }

  const { typed, ...rest } = history.state ?? {};
  if (typed) setState(rest);

  function restore(): void {
    const [navigation] = performance.getEntriesByType('navigation');
    const isBack = navigation && 'type' in navigation && navigation.type === 'back_forward';
    // Whoever comes Back may be somebody else.
    if (isBack || typed?.path !== location.pathname) return;
    for (const field of all()) {
      const value = isTouched(field) ? undefined : typed.fields[field.name];
      if (isTick(field) && typeof value === 'boolean') field.checked = value;
      else if (typeof value === 'string') field.value = value;
    }
  }

  const notice = document.createElement('div');
  notice.setAttribute('role', 'alert');
  notice.className =
    'fixed inset-x-4 bottom-4 z-30 mx-auto max-w-md rounded-md border bg-raised px-4 py-3 text-sm text-ink shadow-float';
  const link = document.createElement('a');
  link.href = location.href;
  link.className = 'link';
  link.textContent = 'Load it again';
  link.onclick = (event) => {
    event.preventDefault();
    keep();
    location.reload();
  };
  notice.append('This page did not load completely. ', link, '. What you typed stays, but for passwords.');

  const failed = new Set<string>();
  const show = () => {
    if (failed.size > 0 && !notice.isConnected) document.body?.append(notice);
  };
  const onEnd = ({ target, type }: Event) => {
    if (!(target instanceof HTMLScriptElement) || !target.src.startsWith(`${location.origin}/_next/`)) return;
    if (type === 'error') {
      failed.add(target.src);
      keep();
      show();
      // Again where a fault has a page of its own, and once there is a body.
      new MutationObserver(show).observe(document, { childList: true, subtree: true });
    } else if (failed.delete(target.src) && failed.size === 0) {
      // The loader has tried again, and the page works after all.
      notice.remove();
    }
  };
  document.addEventListener('error', onEnd, true);
  document.addEventListener('load', onEnd, true);
  document.addEventListener('DOMContentLoaded', restore);
}
