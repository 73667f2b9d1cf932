package people

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"strings"
	"time"
	"unicode"

	"grassroots/app/web"
	"grassroots/models"
	"grassroots/models/store"
)

// linkLife is how long a sign-in link can be used.
const linkLife = 15 * time.Minute

// validAddress tells whether a link can be sent to an address. It is held to
// ASCII, so that no letter of another script can pass for one of a domain.
func validAddress(email string) bool {
	return models.ValidEmail(email) && strings.IndexFunc(email, func(r rune) bool { return r > unicode.MaxASCII || r <= ' ' }) < 0
}

// allowedText says in words whose addresses may sign in.
func allowedText(domains []string) string {
	if len(domains) == 0 {
		return "No addresses may sign in this way here."
	}
	ends := make([]string, len(domains))
	for i, d := range domains {
		below, any := strings.CutPrefix(d, "*.")
		if ends[i] = "@" + d; any {
			ends[i] = "." + below
		}
	}
	last := len(ends) - 1
	if last == 0 {
		return "It has to end in " + ends[0] + "."
	}
	return "It has to end in " + strings.Join(ends[:last], ", ") + " or " + ends[last] + "."
}

// requestLink makes a link for an address and sends it. Invalid when the
// address is none or may not sign in; TooMany when links were asked for too
// often.
func (f *Feature) requestLink(ctx context.Context, email, next string) error {
	if err := f.checkAddress(email); err != nil {
		return err
	}
	email = strings.ToLower(email)
	if err := f.site.LinkAllowed(ctx, email); err != nil {
		return err
	}
	secret := f.newLinkSecret()
	now := f.site.Now()
	if err := f.store.CreateSignInLink(ctx, secret, email, next, now.Add(linkLife)); err != nil {
		return err
	}
	err := f.mail.Send(ctx, linkEmail(email, f.site.URL("/sign-in/link/"+secret), f.site.Host(), now.Add(linkLife)))
	if err != nil {
		// It was never sent, so nobody can miss it.
		if undo := f.store.DeleteSignInLink(context.WithoutCancel(ctx), secret); undo != nil {
			return fmt.Errorf("%w (and the link could not be taken back: %w)", err, undo)
		}
	}
	return err
}

// checkAddress tells why no link is sent to an address; nil when one can be.
func (f *Feature) checkAddress(email string) error {
	switch {
	case email == "":
		return models.InvalidField("email", "Enter your e-mail address")
	case !validAddress(email):
		return models.InvalidField("email", "Enter an e-mail address in the form name@nhs.net")
	case !models.EmailDomainAllowed(email, f.site.EmailDomains):
		return models.InvalidField("email", "Use your work e-mail address. "+allowedText(f.site.EmailDomains))
	}
	return nil
}

// newLinkSecret makes the secret of a link: 256 random bits, and a signature
// that only this site can make, so that what was not made here is turned away
// before the database is asked.
func (f *Feature) newLinkSecret() string {
	secret := web.NewSecret()
	return secret + "." + f.linkSignature(secret)
}

func (f *Feature) linkSignature(secret string) string { return f.signature("sign-in link", secret) }

// signature signs a secret for one purpose.
func (f *Feature) signature(purpose, secret string) string {
	mac := hmac.New(sha256.New, f.site.Secret)
	mac.Write([]byte(purpose + " " + secret)) // a hash never fails to write
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil)[:16])
}

var errLinkEnded = models.E(models.NotFound, "This sign-in link does not work any more. Ask for a new one.")

// genuine tells whether this site signed a link's secret.
func (f *Feature) genuine(secret string) bool {
	random, signature, ok := strings.Cut(secret, ".")
	return ok && hmac.Equal([]byte(signature), []byte(f.linkSignature(random)))
}

// linkAddress gives the address that a link was sent to. NotFound when it
// cannot be used.
func (f *Feature) linkAddress(ctx context.Context, secret string) (string, error) {
	if !f.genuine(secret) {
		return "", errLinkEnded
	}
	return f.store.SignInLink(store.Fresh(ctx), secret)
}

// arrivalTries is how often a new account is tried that loses against another.
const arrivalTries = 10

// arrival is somebody who has just shown who they are.
type arrival struct {
	person models.Person
	next   string
	first  bool // the account has just been made
	proves bool // they were signed in, and have shown anew who they are
}

// consume uses a link up and gives its person, whose account is made at the
// first time. NotFound when the link cannot be used.
func (f *Feature) consume(ctx context.Context, secret string) (arrival, error) {
	if !f.genuine(secret) {
		return arrival{}, errLinkEnded
	}
	var a arrival
	var err error
	// Two links for one new address may be used at once, or two newcomers want
	// one handle. The second finds on the next try what the first has made; of
	// many the last loses as often as there are others.
	for range arrivalTries {
		err = f.store.Tx(ctx, func(ctx context.Context) error {
			a = arrival{}
			var email string
			var err error
			if email, a.next, err = f.store.UseSignInLink(ctx, secret); err != nil {
				return err
			}
			a.person, err = f.store.PersonByEmail(ctx, email)
			if models.KindOf(err) == models.NotFound {
				a.first = true
				a.person, err = Create(ctx, f.site, email, "")
			}
			if err == nil && a.person.Demo && !f.site.Demo {
				return errLinkEnded // an invented person has no mailbox of their own
			}
			store.NoteActor(ctx, a.person.ID, models.BySession)
			if err == nil {
				err = f.store.AddressProved(ctx, a.person.ID)
			}
			return err
		})
		if models.KindOf(err) != models.Conflict {
			break
		}
	}
	if err == nil && a.first {
		f.site.Log.InfoContext(ctx, "an account was made by e-mail link", "person", a.person.ID)
	}
	return a, err
}

// handleFrom makes a handle of the name part of an address, with room for a
// number after it.
func handleFrom(local string) string {
	const most = 34
	handle := models.Slugify(local)
	if !strings.ContainsFunc(local, func(r rune) bool { return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' }) {
		return "colleague"
	}
	if len(handle) > most {
		handle = handle[:most]
	}
	return strings.Trim(handle, "-")
}

// nameFrom guesses a name from the name part of an address: Jane Smith from
// jane.smith2.
func nameFrom(local string) string {
	words := strings.FieldsFunc(local, func(r rune) bool { return !unicode.IsLetter(r) && r != '-' && r != '\'' })
	for i, w := range words {
		capital := true
		words[i] = strings.Map(func(r rune) rune {
			if capital {
				r = unicode.ToUpper(r)
			}
			capital = r == '-' || r == '\''
			return r
		}, strings.Trim(w, "-'"))
	}
	name := models.CleanLine(strings.Join(words, " "))
	if name == "" {
		return "New colleague"
	}
	return models.Truncate(name, models.MaxName)
}
