/** Asks whether the browser keeps the session when it is closed. A form that has it sends `remember`. */
export function RememberMe() {
  return (
    <label className="-mt-1 mb-3 flex min-h-9 w-fit cursor-pointer items-center gap-2.5 text-sm">
      <input type="checkbox" name="remember" className="tick size-5" />
      Remember me
    </label>
  );
}
