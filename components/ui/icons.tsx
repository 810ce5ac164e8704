interface IconProps {
  size?: 16 | 20;
  className?: string;
}

/**
 * Makes an icon of lines on a grid of 24. Screen readers pass it over: words beside it say the same.
 * Mark each call as pure, or every page loads the icons of all others.
 */
export function icon(path: string) {
  return function Icon({ size = 16, className }: IconProps) {
    return (
      <svg
        aria-hidden="true"
        width={size}
        height={size}
        viewBox="0 0 24 24"
        fill="none"
        stroke="currentColor"
        strokeWidth="2"
        strokeLinecap="round"
        strokeLinejoin="round"
        className={className}
      >
        <path d={path} />
      </svg>
    );
  };
}

export const Activity = /*#__PURE__*/ icon('M2 12h5l3-8 4 16 3-8h5');
export const ArrowLeft = /*#__PURE__*/ icon('M20 12H4M10 6l-6 6 6 6');
export const Check = /*#__PURE__*/ icon('M4 13l5 5L20 7');
export const ChevronLeft = /*#__PURE__*/ icon('M15 5l-7 7 7 7');
export const ChevronRight = /*#__PURE__*/ icon('M9 5l7 7-7 7');
export const CircleAlert = /*#__PURE__*/ icon('M12 3a9 9 0 1 0 0 18a9 9 0 1 0 0-18ZM12 7.5v5.5M12 16.5v.01');
export const CloudOff = /*#__PURE__*/ icon(
  'M7 18.5h10a4 4 0 0 0 .5-8 6 6 0 0 0-11.4-1A4.6 4.6 0 0 0 7 18.5ZM4 21L20 4',
);
export const Copy = /*#__PURE__*/ icon('M9 9h11v11H9ZM15 9V4H4v11h5');
export const Eye = /*#__PURE__*/ icon(
  'M2 12c2.5-4.5 6-7 10-7s7.5 2.5 10 7c-2.5 4.5-6 7-10 7s-7.5-2.5-10-7ZM12 9a3 3 0 1 0 0 6a3 3 0 1 0 0-6Z',
);
export const EyeOff = /*#__PURE__*/ icon(
  'M2 12c2.5-4.5 6-7 10-7s7.5 2.5 10 7c-2.5 4.5-6 7-10 7s-7.5-2.5-10-7ZM4 20L20 4',
);
export const Key = /*#__PURE__*/ icon('M8 11a5 5 0 1 0 0 10a5 5 0 1 0 0-10ZM11.5 12.5L20 4M16 8l3 3');
export const LogIn = /*#__PURE__*/ icon('M14 4h6v16h-6M3 12h11M10 8l4 4-4 4');
export const LogOut = /*#__PURE__*/ icon('M10 4H4v16h6M9 12h12M17 8l4 4-4 4');
export const Monitor = /*#__PURE__*/ icon('M3 4h18v12H3ZM12 16v4M8 20h8');
export const MonitorOff = /*#__PURE__*/ icon('M3 4h18v12H3ZM12 16v4M8 20h8M3 21L21 2');
export const MonitorSmartphone = /*#__PURE__*/ icon('M13 17H3V5h15v4M8 17v3M5 20h7M16 12h5v9h-5Z');
export const Moon = /*#__PURE__*/ icon('M20 14.5A8.5 8.5 0 1 1 9.5 4a7 7 0 0 0 10.5 10.5Z');
export const Person = /*#__PURE__*/ icon('M12 4a4 4 0 1 0 0 8a4 4 0 1 0 0-8ZM4 21c.5-4 3.5-6 8-6s7.5 2 8 6');
export const RotateCcw = /*#__PURE__*/ icon('M4 5v5h5M4.5 10a8 8 0 1 1-.5 4');
export const ShieldAlert = /*#__PURE__*/ icon('M12 3l8 3v6c0 4.5-3 7.5-8 9-5-1.5-8-4.5-8-9V6ZM12 8v4.5M12 16v.01');
export const Smartphone = /*#__PURE__*/ icon('M7 2h10v20H7ZM12 18.5v.01');
export const Sun = /*#__PURE__*/ icon(
  'M12 8a4 4 0 1 0 0 8a4 4 0 1 0 0-8ZM12 1.5v3M12 19.5v3M1.5 12h3M19.5 12h3M4.5 4.5l2 2M17.5 17.5l2 2M4.5 19.5l2-2M17.5 6.5l2-2',
);
export const UserPlus = /*#__PURE__*/ icon(
  'M9 4a4 4 0 1 0 0 8a4 4 0 1 0 0-8ZM2 21c.5-4 3-6 7-6s6.5 2 7 6M19 8v6M16 11h6',
);
export const X = /*#__PURE__*/ icon('M5 5l14 14M19 5L5 19');
