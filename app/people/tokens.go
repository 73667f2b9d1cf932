package people

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"time"
	"unicode/utf8"

	"github.com/gofiber/fiber/v2"

	"grassroots/app/web"
	"grassroots/models"
	"grassroots/models/personal"
	"grassroots/templates"
)

// Limits of API tokens. One that never ends is one that nobody remembers.
const (
	maxTokens    = 20
	maxTokenName = 80
	day          = 24 * time.Hour
)

// lifetimes are the spans that a token may be made for, in days.
func lifetimes() []int { return []int{7, 30, 90, 365} }

func lifetimeChoices() []templates.Option {
	var out []templates.Option
	for _, days := range lifetimes() {
		text := strconv.Itoa(days) + " days"
		if days == 365 {
			text = "1 year"
		}
		out = append(out, templates.Option{Value: strconv.Itoa(days), Text: text})
	}
	return out
}

func (f *Feature) tokensPage(c *fiber.Ctx) error {
	p, err := web.Require(c)
	if err != nil {
		return err
	}
	return f.showTokens(c, p, fiber.StatusOK, templates.TokensPage{Expires: "90"})
}

func (f *Feature) showTokens(c *fiber.Ctx, p *models.Person, status int, page templates.TokensPage) error {
	tokens, err := f.store.TokensOf(c.UserContext(), p.ID)
	if err != nil {
		return err
	}
	page.Tokens = f.tokenLines(tokens)
	page.Choices = lifetimeChoices()
	shell := f.site.Shell(c, "API tokens")
	shell.NoIndex, shell.Crumbs, shell.Errors = true, crumbsOfMe(), page.Errors
	c.Set(fiber.HeaderCacheControl, "no-store")
	return f.site.Render(c, status, shell, templates.Tokens(page))
}

func (f *Feature) tokenLines(tokens []models.Token) []templates.TokenLine {
	now := f.site.Now()
	out := make([]templates.TokenLine, len(tokens))
	for i, t := range tokens {
		out[i] = templates.TokenLine{ID: t.ID, Name: t.Name, Created: t.CreatedAt, Used: t.UsedAt, Expires: t.ExpiresAt, Expired: t.ExpiresAt != nil && !now.Before(*t.ExpiresAt)}
	}
	return out
}

// makeToken makes a token and shows it on the answer itself: neither an
// address nor a cookie may hold it.
func (f *Feature) makeToken(c *fiber.Ctx) error {
	p, err := web.Require(c)
	if err != nil {
		return err
	}
	page := templates.TokensPage{Name: models.CleanLine(web.Value(c, "name")), Expires: models.CleanLine(web.Value(c, "expires"))}
	secret, err := f.createToken(c, p, page.Name, page.Expires)
	if err != nil {
		return web.Reshow(err, func(status int, errors []templates.FieldError) error {
			page.Errors = errors
			return f.showTokens(c, p, status, page)
		})
	}
	return f.showTokens(c, p, fiber.StatusOK, templates.TokensPage{Expires: "90", Made: secret, MadeName: page.Name})
}

func (f *Feature) createToken(c *fiber.Ctx, p *models.Person, name, expires string) (secret string, err error) {
	var wrong []models.FieldError
	if n := utf8.RuneCountInString(name); n == 0 || n > maxTokenName {
		wrong = append(wrong, models.FieldError{Field: "name", Message: fmt.Sprintf("Say what the token is for, in %d characters or fewer", maxTokenName)})
	}
	days, err := strconv.Atoi(expires)
	if err != nil || !slices.Contains(lifetimes(), days) {
		wrong = append(wrong, models.FieldError{Field: "expires", Message: "Choose from the list when the token ends"})
	}
	if len(wrong) > 0 {
		return "", &models.Error{Kind: models.Invalid, Message: "The token was not made.", Fields: wrong}
	}
	overrides, err := f.site.CheckTexts(c.UserContext(), []personal.Text{{Field: "name", Value: name}}, nil)
	if err != nil {
		web.ShowStopped(c, err)
		return "", err
	}
	tokens, err := f.store.TokensOf(c.UserContext(), p.ID)
	if err != nil {
		return "", err
	}
	if len(tokens) >= maxTokens {
		return "", models.InvalidField("name", fmt.Sprintf("You have %d tokens, which is the most. Revoke one first", len(tokens)))
	}
	now := f.site.Now()
	ends := now.Add(time.Duration(days) * day)
	secret = web.TokenPrefix + web.NewSecret()
	token := models.Token{ID: f.store.NewID(), PersonID: p.ID, Name: name, CreatedAt: now, ExpiresAt: &ends}
	err = f.store.Tx(c.UserContext(), func(ctx context.Context) error {
		if err := f.store.CreateToken(ctx, secret, token); err != nil {
			return err
		}
		return f.site.KeepOverrides(ctx, overrides, models.Override{PersonID: p.ID, Subject: models.OverrideToken, SubjectID: token.ID})
	})
	if err != nil {
		return "", err
	}
	f.site.PeopleChanged()
	f.site.Log.InfoContext(c.UserContext(), "an API token was made", "person", p.ID)
	return secret, nil
}

func (f *Feature) revokeToken(c *fiber.Ctx) error {
	p, err := web.Require(c)
	if err != nil {
		return err
	}
	if err := f.store.DeleteToken(c.UserContext(), p.ID, models.CleanLine(c.Params("id"))); err != nil {
		return err
	}
	f.site.PeopleChanged()
	f.site.Log.InfoContext(c.UserContext(), "an API token was revoked", "person", p.ID)
	to := "/me/tokens"
	if web.Value(c, "from") == "sessions" {
		to = "/me/sessions"
	}
	return f.site.Done(c, to, "The token is revoked. Programs that used it are turned away.")
}
