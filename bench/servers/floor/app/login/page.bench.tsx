/** Shows the least that signs a person in: a form, which is answered by a redirect. */
export default function Page() {
  return (
    <form method="post" action="/api/auth/token">
      <label>
        Email <input name="email" type="email" />
      </label>
      <label>
        Password <input name="password" type="password" />
      </label>
      <button type="submit">Sign in</button>
    </form>
  );
}
