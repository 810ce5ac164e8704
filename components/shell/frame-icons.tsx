/** For the frame around private pages. */
import { icon } from '#components/ui/icon.tsx';

export const CloudOff = icon('M7 18.5h10a4 4 0 0 0 .5-8 6 6 0 0 0-11.4-1A4.6 4.6 0 0 0 7 18.5ZM4 21L20 4');
export const ListTodo = icon('M3 6.5l2 2 4-4M3 16.5l2 2 4-4M13 6.5h8M13 16.5h8');
export const MonitorSmartphone = icon('M13 17H3V5h15v4M8 17v3M5 20h7M16 12h5v9h-5Z');
export const Person = icon('M12 4a4 4 0 1 0 0 8a4 4 0 1 0 0-8ZM4 21c.5-4 3.5-6 8-6s7.5 2 8 6');
