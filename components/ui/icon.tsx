interface IconProps {
  size?: 16 | 20;
  className?: string;
}

/** A drawing in lines on a grid of 24. Words say the same beside it, so those who listen to the page miss nothing. */
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
