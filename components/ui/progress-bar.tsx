/** A thin line along the top of the window while another page is on its way. Quick ones show nothing. */
export function ProgressBar() {
  return <span aria-hidden className="progress" />;
}
