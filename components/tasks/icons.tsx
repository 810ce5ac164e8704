/** For the list of tasks. */
import { icon } from '#components/ui/icon.tsx';

export const Plus = icon('M12 4v16M4 12h16');
export const Search = icon('M10.5 4a6.5 6.5 0 1 0 0 13a6.5 6.5 0 1 0 0-13ZM15.5 15.5L21 21');
export const Trash = icon('M4 7h16M9 7V3.5h6V7M6 7l1 14h10l1-14M10 11v6M14 11v6');
