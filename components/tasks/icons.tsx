import { icon } from '#components/ui/icons.tsx';

export const ChevronDown = /*#__PURE__*/ icon('M5 9l7 7 7-7');
export const ListTodo = /*#__PURE__*/ icon('M3 6.5l2 2 4-4M3 16.5l2 2 4-4M13 6.5h8M13 16.5h8');
export const Plus = /*#__PURE__*/ icon('M12 4v16M4 12h16');
export const Search = /*#__PURE__*/ icon('M10.5 4a6.5 6.5 0 1 0 0 13a6.5 6.5 0 1 0 0-13ZM15.5 15.5L21 21');
export const Trash = /*#__PURE__*/ icon('M4 7h16M9 7V3.5h6V7M6 7l1 14h10l1-14M10 11v6M14 11v6');
