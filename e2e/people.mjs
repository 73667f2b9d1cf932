// What people do on more than one page.

/** Signs in as somebody of the demonstration, from the link in the header of whatever page is open. */
export async function signIn (page, name) {
  await page.getByRole('navigation', { name: 'Account' }).getByRole('link', { name: 'Sign in' }).click()
  await page.getByRole('button', { name: `Sign in as ${name}`, exact: true }).click()
  await page.getByRole('alert').getByText(`You are signed in as ${name}.`).waitFor()
}

/** Searches with the field in the header. */
export async function search (page, words) {
  const field = page.getByRole('banner').getByLabel('Search case studies')
  await field.fill(words)
  await page.getByRole('banner').getByRole('button', { name: 'Search', exact: true }).click()
  await page.getByRole('heading', { level: 1, name: `Case studies about “${words}”` }).waitFor()
}
