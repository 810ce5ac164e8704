/** For the account, its devices and what happened to it. */
import { icon } from '#components/ui/icon.tsx';

export const Activity = icon('M2 12h5l3-8 4 16 3-8h5');
export const Key = icon('M8 11a5 5 0 1 0 0 10a5 5 0 1 0 0-10ZM11.5 12.5L20 4M16 8l3 3');
export const LogIn = icon('M14 4h6v16h-6M3 12h11M10 8l4 4-4 4');
export const LogOut = icon('M10 4H4v16h6M9 12h12M17 8l4 4-4 4');
export const MonitorOff = icon('M3 4h18v12H3ZM12 16v4M8 20h8M3 21L21 2');
export const RotateCcw = icon('M4 5v5h5M4.5 10a8 8 0 1 1-.5 4');
export const ShieldAlert = icon('M12 3l8 3v6c0 4.5-3 7.5-8 9-5-1.5-8-4.5-8-9V6ZM12 8v4.5M12 16v.01');
export const Smartphone = icon('M7 2h10v20H7ZM12 18.5v.01');
export const UserPlus = icon('M9 4a4 4 0 1 0 0 8a4 4 0 1 0 0-8ZM2 21c.5-4 3-6 7-6s6.5 2 7 6M19 8v6M16 11h6');
