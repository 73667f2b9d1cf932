package provider

import (
	"context"
	"crypto/subtle"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"grassroots/models"
)

var errNoAddress = errors.New("the provider gives no address of the web to sign in at")

const notBelieved = "The answer that came back could not be trusted, so you are not signed in. Try again, and tell whoever runs this site if it happens again."

// Answer is what came back with a person from the provider, as it stood in the
// address: anybody could have written it.
type Answer struct{ Code, Issuer, Error string }

// Person is who somebody is, as the provider vouches for it.
type Person struct {
	Issuer, Subject, SID string
	IDToken              string // as it came
	Name                 string
	// Email is empty unless the provider has verified it, or is trusted with it.
	Email string
	// Organisations and StaffGroups are the values of the claims that the settings
	// name, each once.
	Organisations, StaffGroups []string
}

// standard is what is read of an id token besides what its verification reads.
type standard struct {
	SID             string   `json:"sid"`
	ACR             string   `json:"acr"`
	AMR             []string `json:"amr"`
	AuthTime        int64    `json:"auth_time"`
	AuthorisedParty string   `json:"azp"`
}

// Finish makes a person of an answer. Forbidden, with a sentence for them and
// the reason for the log, when it is not to be believed or not enough;
// Unavailable when the provider cannot be asked.
func (p *Provider) Finish(ctx context.Context, pending Pending, a Answer) (Person, error) {
	k, err := p.discover(ctx)
	if err != nil {
		return Person{}, err
	}
	// RFC 9207: an answer that names another provider was mixed up on purpose.
	if a.Issuer != p.cfg.Issuer && (a.Issuer != "" || k.NamesItself) {
		return Person{}, p.refused(notBelieved, because("issuer", fmt.Errorf("the answer is from the issuer %q", models.Truncate(a.Issuer, 200))))
	}
	if a.Error != "" || a.Code == "" {
		return Person{}, p.refused(p.cfg.Name+" did not sign you in. Try again, or sign in another way.", because("provider", fmt.Errorf("the provider answered the error %q", models.Truncate(a.Error, 100))))
	}
	ctx, cancel := context.WithTimeout(p.with(ctx), askTimeout)
	defer cancel()
	tokens, err := p.oauth(k).Exchange(ctx, a.Code, oauth2.VerifierOption(pending.Verifier))
	if err != nil {
		return Person{}, p.exchangeError(err)
	}
	raw, _ := tokens.Extra("id_token").(string)
	token, err := p.believe(ctx, k, raw, pending)
	if err != nil {
		return Person{}, p.refused(notBelieved, unbelieved(err))
	}
	if token.AccessTokenHash != "" {
		if err := token.VerifyAccessToken(tokens.AccessToken); err != nil {
			return Person{}, p.refused(notBelieved, err)
		}
	}
	var s standard
	if err := token.Claims(&s); err != nil {
		return Person{}, p.refused(notBelieved, err)
	}
	if err := p.strongEnough(s, pending); err != nil {
		return Person{}, err
	}
	return p.person(ctx, k, token, tokens, raw, s)
}

// exchangeError tells a provider that is away from one that says no.
func (p *Provider) exchangeError(err error) error {
	var said *oauth2.RetrieveError
	if errors.As(err, &said) && said.Response != nil && said.Response.StatusCode < http.StatusInternalServerError {
		// Its body may hold what is not for a log.
		return p.refused(notBelieved, because("code", fmt.Errorf("the provider refused the code: %d %q", said.Response.StatusCode, models.Truncate(said.ErrorCode, 100))))
	}
	if errors.As(err, &said) && said.Response != nil {
		err = fmt.Errorf("the provider answered %d", said.Response.StatusCode)
	}
	return p.away(err)
}

// believe verifies an id token: signature, issuer, audience and time by the
// library, the rest here.
func (p *Provider) believe(ctx context.Context, k *known, raw string, pending Pending) (*oidc.IDToken, error) {
	if raw == "" {
		return nil, because("no-token", errors.New("the provider gave no id token"))
	}
	token, err := k.Verifier(&oidc.Config{ClientID: p.cfg.ClientID, Now: p.cfg.Now}).Verify(ctx, raw)
	if err != nil {
		return nil, err
	}
	var s standard
	if err := token.Claims(&s); err != nil {
		return nil, err
	}
	switch {
	case token.Subject == "":
		return nil, because("subject", errors.New("the id token names nobody"))
	case subtle.ConstantTimeCompare([]byte(token.Nonce), []byte(pending.Nonce)) != 1:
		return nil, because("nonce", errors.New("the id token has another nonce"))
	case s.AuthorisedParty != "" && s.AuthorisedParty != p.cfg.ClientID, s.AuthorisedParty == "" && len(token.Audience) > 1:
		return nil, because("audience", errors.New("the id token was made for another client"))
	case token.IssuedAt.After(p.cfg.Now().Add(leeway)):
		return nil, because("time", errors.New("the id token is from the future"))
	}
	return token, nil
}

// strongEnough tells whether the provider made as sure of the person as the
// settings ask.
func (p *Provider) strongEnough(s standard, pending Pending) error {
	weak := func(what string) error {
		return p.refused("This site asks for a stronger sign-in than you used, such as with a second factor. Sign in at "+p.cfg.Name+" again in the stronger way.", because("not-strong", errors.New(what)))
	}
	if len(p.cfg.ACR) > 0 && !slices.Contains(p.cfg.ACR, s.ACR) {
		return weak(fmt.Sprintf("the id token has the acr %q", models.Truncate(s.ACR, 100)))
	}
	if len(p.cfg.AMR) > 0 && !slices.ContainsFunc(s.AMR, func(m string) bool { return slices.Contains(p.cfg.AMR, m) }) {
		return weak(fmt.Sprintf("the id token has the amr %.200q", s.AMR))
	}
	if signed := time.Unix(s.AuthTime, 0); !pending.Fresh.IsZero() && (signed.Before(pending.Fresh.Add(-leeway)) || signed.After(p.cfg.Now().Add(leeway))) {
		return p.refused("You were to sign in anew, and "+p.cfg.Name+" did not ask you to. Sign out there, then try again.", because("not-fresh", errors.New("the id token has an old auth_time, or none")))
	}
	return nil
}

// person reads the claims of the id token, and of the endpoint that says more.
func (p *Provider) person(ctx context.Context, k *known, token *oidc.IDToken, tokens *oauth2.Token, raw string, s standard) (Person, error) {
	claims, more := map[string]any{}, map[string]any{}
	if err := token.Claims(&claims); err != nil {
		return Person{}, p.refused(notBelieved, err)
	}
	if k.UserInfo != "" {
		info, err := k.Provider.UserInfo(ctx, oauth2.StaticTokenSource(tokens))
		if err != nil {
			return Person{}, p.away(fmt.Errorf("what the provider knows of the person cannot be read: %w", err))
		}
		if info.Subject != token.Subject {
			return Person{}, p.refused(notBelieved, because("subject", errors.New("the provider told of another person than it signed in")))
		}
		if err := info.Claims(&more); err != nil {
			return Person{}, p.refused(notBelieved, err)
		}
	}
	person := Person{Issuer: token.Issuer, Subject: token.Subject, SID: s.SID, IDToken: raw, Email: p.email(claims)}
	if _, has := claims["email"]; !has {
		person.Email = p.email(more)
	}
	for name, value := range more {
		if _, has := claims[name]; !has {
			claims[name] = value
		}
	}
	person.Name = name(claims)
	person.Organisations = find(claims, p.cfg.OrganisationClaim)
	person.StaffGroups = find(claims, p.cfg.StaffGroupClaim)
	return person, nil
}

// LogoutToken is what a provider says when somebody has signed out there.
type LogoutToken struct {
	ID           string
	Subject, SID string // at least one
	Ends         time.Time
}

const (
	logoutEvent = "http://schemas.openid.net/event/backchannel-logout"
	// A logout token is obeyed within this time of its making.
	logoutFresh = 5 * time.Minute
)

// Logout reads a logout token (OpenID Connect Back-Channel Logout 1.0, section
// 2.6). BadRequest when it is not to be believed.
func (p *Provider) Logout(ctx context.Context, raw string) (LogoutToken, error) {
	bad := func(err error) error { return models.Wrap(models.BadRequest, "The logout token is not valid.", err) }
	k, err := p.discover(ctx)
	if err != nil {
		return LogoutToken{}, err
	}
	ctx, cancel := context.WithTimeout(p.with(ctx), askTimeout)
	defer cancel()
	token, err := k.Verifier(&oidc.Config{ClientID: p.cfg.ClientID, Now: p.cfg.Now}).Verify(ctx, raw)
	if err != nil {
		return LogoutToken{}, bad(err)
	}
	var claims struct {
		ID     string                     `json:"jti"`
		SID    string                     `json:"sid"`
		Events map[string]json.RawMessage `json:"events"`
		Nonce  json.RawMessage            `json:"nonce"`
	}
	if err := token.Claims(&claims); err != nil {
		return LogoutToken{}, bad(err)
	}
	now := p.cfg.Now()
	switch {
	case claims.Nonce != nil:
		err = errors.New("a logout token has no nonce")
	case claims.Events[logoutEvent] == nil:
		err = errors.New("it tells of no signing out")
	case token.Subject == "" && claims.SID == "":
		err = errors.New("it names neither a person nor a session")
	case claims.ID == "":
		err = errors.New("it has no id")
	case token.IssuedAt.After(now.Add(leeway)) || now.Sub(token.IssuedAt) > logoutFresh:
		err = errors.New("it was not made just now")
	}
	if err != nil {
		return LogoutToken{}, bad(err)
	}
	return LogoutToken{ID: claims.ID, Subject: token.Subject, SID: claims.SID, Ends: now.Add(logoutFresh + 2*leeway)}, nil
}
