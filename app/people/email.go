package people

import (
	"fmt"
	"html"
	"time"

	"grassroots/app/mail"
)

// linkEmail is the e-mail that carries a sign-in link, which works until a
// time.
func linkEmail(to, url, host string, until time.Time) mail.Message {
	minutes := int(linkLife.Minutes())
	text := fmt.Sprintf(`Use this link to sign in to Grassroots:

%s

It works once, within %d minutes.

If you did not ask to sign in at %s, do nothing: nobody can sign in without the link.
`, url, minutes, host)
	body := fmt.Sprintf(`<!DOCTYPE html>
<html lang="en-GB"><head><meta charset="utf-8"><title>Sign in to Grassroots</title></head>
<body style="font-family: Arial, Helvetica, sans-serif; font-size: 16px; line-height: 1.5; color: #212b32">
<p>Use this link to sign in to Grassroots:</p>
<p><a href="%[1]s">Sign in to Grassroots</a></p>
<p>It works once, within %[2]d minutes.</p>
<p>If you did not ask to sign in at %[3]s, do nothing: nobody can sign in without the link.</p>
</body></html>
`, html.EscapeString(url), minutes, html.EscapeString(host))
	return mail.Message{To: to, Subject: "Your link to sign in to Grassroots", Text: text, HTML: body, SecretUntil: until}
}
