package main

import (
	"log/slog"
	"net"
	"net/netip"
	"net/url"
	"path/filepath"
	"strings"
	"time"

	"grassroots/app"
	"grassroots/app/web"
	"grassroots/models"
)

// Settings is everything that an operator decides. Each field is read from the
// environment variable GRASSROOTS_ followed by its flag's name in capitals, or
// from the flag, which wins. docs/operate.md lists them all.
type Settings struct {
	Addr    string `name:"addr" default:"127.0.0.1:8080" placeholder:"HOST:PORT" help:"Address to listen on; port 0 picks a free one and prints it."`
	BaseURL string `name:"base-url" placeholder:"URL" help:"Where people reach the site, for links in e-mail, feeds and exports; made from the address when not set."`
	DataDir string `name:"data-dir" default:"./data" placeholder:"FOLDER" help:"Folder for the SQLite database, the in-process search index and local uploads."`

	DatabaseURL         Secret   `name:"database-url" placeholder:"postgres://…" help:"Postgres to use in place of SQLite."`
	DatabaseReplicaURLs []Secret `name:"database-replica-urls" placeholder:"postgres://…" help:"Read replicas of it, separated by commas."`
	MeiliURL            string   `name:"meili-url" placeholder:"URL" help:"Meilisearch server to use in place of the in-process index."`
	MeiliKey            Secret   `name:"meili-key" placeholder:"KEY" help:"Its API key."`
	UploadsURL          string   `name:"uploads-url" placeholder:"URL" help:"Where attachments are kept, file://… or s3://…; a folder in the data folder when not set."`
	SMTPURL             Secret   `name:"smtp-url" placeholder:"smtp://…" help:"Server that sends e-mail; without one e-mail is kept, and shown on the console in development."`

	OIDCIssuer       string   `name:"oidc-issuer" placeholder:"URL" help:"Single sign-on: the OpenID provider's issuer address."`
	OIDCClientID     string   `name:"oidc-client-id" placeholder:"ID" help:"Single sign-on: the client's id."`
	OIDCClientSecret Secret   `name:"oidc-client-secret" placeholder:"SECRET" help:"Single sign-on: the client's secret."`
	OIDCName         string   `name:"oidc-name" default:"single sign-on" placeholder:"NAME" help:"Single sign-on: what people call it, such as NHS CIS2."`
	OIDCScopes       []string `name:"oidc-scopes" default:"openid,profile,email" placeholder:"SCOPE" help:"Single sign-on: scopes to ask for, separated by commas."`
	OIDCACR          []string `name:"oidc-acr" placeholder:"VALUE" help:"Single sign-on: values of the acr claim of which one is required, separated by commas."`
	OIDCAMR          []string `name:"oidc-amr" placeholder:"VALUE" help:"Single sign-on: values of the amr claim of which one is required, such as mfa, separated by commas."`

	OIDCOrganisationClaim string `name:"oidc-organisation-claim" placeholder:"CLAIM" help:"Single sign-on: the claim that has a person's ODS code; dots lead into it."`
	OIDCStaffGroupClaim   string `name:"oidc-staff-group-claim" placeholder:"CLAIM" help:"Single sign-on: the claim that has a person's staff group; dots lead into it."`
	OIDCLinkByEmail       bool   `name:"oidc-link-by-email" help:"Single sign-on: gives people the account that has their address, when the provider has verified it."`
	OIDCTrustEmail        bool   `name:"oidc-trust-email" help:"Single sign-on: takes the provider's addresses as verified though it does not say so."`
	OIDCOnly              bool   `name:"oidc-only" help:"Single sign-on: leaves no other way to sign in."`

	EmailDomains []string `name:"email-domains" default:"nhs.net,*.nhs.uk,*.nhs.scot,*.wales.nhs.uk,*.hscni.net" placeholder:"DOMAIN" help:"Domains whose people may sign up by e-mail link, separated by commas; *. stands for any subdomain."`

	SessionIdle  time.Duration `name:"session-idle" default:"1h" placeholder:"TIME" help:"How long a session lasts without use; less than 5m is for tests."`
	SessionLife  time.Duration `name:"session-life" default:"12h" placeholder:"TIME" help:"How long a session lasts at most, to 168h."`
	SessionFresh time.Duration `name:"session-fresh" default:"15m" placeholder:"TIME" help:"How long after signing in people may do what is sensitive, such as making a token, without being asked who they are again; 0 never asks."`

	ReadTimeout  time.Duration `name:"read-timeout" default:"30s" placeholder:"TIME" help:"How long a request may take to arrive, from its first byte to its last."`
	WriteTimeout time.Duration `name:"write-timeout" default:"60s" placeholder:"TIME" help:"How long an answer may take to be sent."`
	IdleTimeout  time.Duration `name:"idle-timeout" default:"75s" placeholder:"TIME" help:"How long a connection is kept open between two requests."`

	LimitToken     int      `name:"limit-token" default:"600" placeholder:"N" help:"Requests within a minute by one API token; 0 sets no limit."`
	LimitPerson    int      `name:"limit-person" default:"300" placeholder:"N" help:"Requests within a minute by one person who is signed in; 0 sets no limit."`
	LimitAddress   int      `name:"limit-address" default:"6000" placeholder:"N" help:"Requests within a minute by all at one address who are not signed in; 0 sets no limit."`
	LimitWrites    int      `name:"limit-writes" default:"120" placeholder:"N" help:"Changes within a minute by one person; 0 sets no limit."`
	LimitSearches  int      `name:"limit-searches" default:"240" placeholder:"N" help:"Searches, previews and texts to check within a minute by one person; ten times as many from an address; 0 sets no limit."`
	LimitExports   int      `name:"limit-exports" default:"20" placeholder:"N" help:"Tables and exports within a minute by one person; ten times as many from an address; 0 sets no limit."`
	LimitUploads   int      `name:"limit-uploads" default:"120" placeholder:"N" help:"Files within a minute by one person; 0 sets no limit."`
	LimitSignIns   int      `name:"limit-sign-ins" default:"3000" placeholder:"N" help:"Steps of signing in within an hour from one address; 0 sets no limit."`
	LimitLinks     int      `name:"limit-links" default:"5" placeholder:"N" help:"Sign-in links within an hour to one e-mail address; 0 sets no limit."`
	LimitsOff      bool     `name:"limits-off" help:"Sets none of these limits: for tests and measurements."`
	TrustedProxies []string `name:"trusted-proxies" placeholder:"NETWORK" help:"Addresses and networks of the servers in front, whose X-Forwarded-For is believed, separated by commas; none believes nobody. When not set, this machine and private networks are."`

	TrustAfter time.Duration `name:"trust-after" default:"72h" placeholder:"TIME" help:"How old an account must be before the limits of new accounts end; 0 does not ask for its age."`
	TrustPosts int           `name:"trust-posts" default:"2" placeholder:"N" help:"How many case studies and comments of an account must stand before they end; 0 does not ask for any."`

	FirstLook bool `name:"first-look" help:"Has a moderator look at what new accounts post before others see it."`

	Secret                Secret `name:"secret" placeholder:"SECRET" help:"Signs cookies and links: at least 32 characters. Made and kept in the data folder on SQLite, required on Postgres."`
	Demo                  bool   `name:"demo" help:"Lets anyone sign in as a demo person with one press. Refused with Postgres or single sign-on."`
	AllowPrivateAddresses bool   `name:"allow-private-addresses" help:"Lets webhooks and whatever else asks other servers go to this machine and to private networks, and over plain http: for tests and development."`

	AskPeople int `name:"ask-people" default:"3" placeholder:"N" help:"How many people are asked for their experience of each idea, to 10; 0 asks nobody."`
	AsksAWeek int `name:"asks-a-week" default:"2" placeholder:"N" help:"How often one person is asked within a week who has not chosen themselves, to 10; 0 asks only those who have."`

	ResponseDays int `name:"response-days" default:"14" placeholder:"DAYS" help:"Within how many days ideas are to have a first response, to 60, where their organisation has not said; 0 sets no time."`

	ExchangeMaxCopies int `name:"exchange-max-copies" default:"20000" placeholder:"N" help:"How many case studies are taken from one other instance at most; what is more is left out, and said; 0 sets no limit."`

	AuditDays int `name:"audit-days" default:"2557" placeholder:"DAYS" help:"How long the audit record is kept, in days; 0 keeps it for ever."`

	Log string `name:"log" default:"info" placeholder:"LEVEL" help:"Least serious level to log: debug, info, warn or error."`
}

// Postgres reports whether the store is Postgres rather than SQLite.
func (s Settings) Postgres() bool { return s.DatabaseURL != "" }

// Meilisearch reports whether search is answered by a Meilisearch server
// rather than by the in-process index.
func (s Settings) Meilisearch() bool { return s.MeiliURL != "" }

// SingleSignOn reports whether an OpenID provider is configured.
func (s Settings) SingleSignOn() bool { return s.OIDCIssuer != "" }

// singleSignOn is the provider as the application is told of it.
func (s Settings) singleSignOn() web.SingleSignOn {
	if !s.SingleSignOn() {
		return web.SingleSignOn{}
	}
	return web.SingleSignOn{Issuer: s.OIDCIssuer, ClientID: s.OIDCClientID, ClientSecret: s.OIDCClientSecret.Reveal(), Name: s.OIDCName, Scopes: s.OIDCScopes,
		ACR: s.OIDCACR, AMR: s.OIDCAMR, OrganisationClaim: s.OIDCOrganisationClaim, StaffGroupClaim: s.OIDCStaffGroupClaim, LinkByEmail: s.OIDCLinkByEmail,
		TrustEmail: s.OIDCTrustEmail, Only: s.OIDCOnly}
}

// limits is how often things may be done.
func (s Settings) limits() web.Limits {
	if s.LimitsOff {
		return web.Limits{}
	}
	return web.Limits{Token: s.LimitToken, Person: s.LimitPerson, Address: s.LimitAddress, Writes: s.LimitWrites, Searches: s.LimitSearches,
		Exports: s.LimitExports, Uploads: s.LimitUploads, SignIns: s.LimitSignIns, Links: s.LimitLinks}
}

// trust is when an account is new no longer. Without limits there is no need of
// it.
func (s Settings) trust() models.Trust {
	if s.LimitsOff {
		return models.Trust{}
	}
	return models.Trust{After: s.TrustAfter, Posts: s.TrustPosts}
}

// timeouts bound what a connection may take.
func (s Settings) timeouts() app.Timeouts {
	return app.Timeouts{Read: s.ReadTimeout, Write: s.WriteTimeout, Idle: s.IdleTimeout}
}

// proxies says whose word is taken for where a request comes from. The second
// is what can be no network, if there is any.
func (s Settings) proxies() (p web.Proxies, wrong string) {
	for _, text := range s.TrustedProxies {
		text = strings.TrimSpace(text)
		if text == "none" && len(s.TrustedProxies) == 1 {
			return web.Proxies{None: true}, ""
		}
		network, err := netip.ParsePrefix(text)
		if address, noNetwork := netip.ParseAddr(text); err != nil && noNetwork == nil {
			network, err = address.Unmap().Prefix(address.Unmap().BitLen())
		}
		if err != nil {
			return web.Proxies{}, text
		}
		p.Known = append(p.Known, network.Masked())
	}
	return p, ""
}

// Level is the least serious level that is logged.
func (s Settings) Level() slog.Level {
	var level slog.Level
	if err := level.UnmarshalText([]byte(s.Log)); err != nil {
		return slog.LevelInfo
	}
	return level
}

// Uploads is the address of the attachments: the setting, or the folder
// "uploads" in the data directory.
func (s Settings) Uploads() (string, error) {
	if s.UploadsURL != "" {
		return s.UploadsURL, nil
	}
	folder, err := filepath.Abs(filepath.Join(s.DataDir, "uploads"))
	if err != nil {
		return "", err
	}
	address := url.URL{Scheme: "file", Path: filepath.ToSlash(folder)}
	return address.String(), nil
}

// PublicURL is where people reach the site, without a slash at its end: the
// setting, or else made from the address that the server really listens on,
// which differs from the setting when that asks for any free port.
func (s Settings) PublicURL(listening string) string {
	if s.BaseURL != "" {
		return s.BaseURL
	}
	host, port, err := net.SplitHostPort(listening)
	if err != nil {
		return "http://" + listening
	}
	if ip := net.ParseIP(host); host == "" || ip != nil && ip.IsUnspecified() {
		// Nobody can open "every address of this machine" in a browser.
		host = "127.0.0.1"
	}
	return "http://" + net.JoinHostPort(host, port)
}

// MailFrom is the sender of the e-mail that the site sends: ?from= in the
// SMTP address, or else the account that signs in to the mail server when that
// is an e-mail address, as NHSmail requires, or else grassroots@ the public
// host.
func (s Settings) MailFrom(publicURL string) string {
	if server, err := url.Parse(s.SMTPURL.Reveal()); err == nil {
		if from := server.Query().Get("from"); from != "" {
			return from
		}
		if user := server.User.Username(); strings.Contains(user, "@") {
			return user
		}
	}
	host := "localhost"
	if public, err := url.Parse(publicURL); err == nil && public.Hostname() != "" {
		host = public.Hostname()
	}
	return "grassroots@" + host
}

// Warnings says, a sentence each, what is allowed but seldom meant. A server
// logs them when it starts.
func (s Settings) Warnings() []string {
	var warnings []string
	if s.Demo && !s.loopback() {
		warnings = append(warnings, "GRASSROOTS_DEMO is on and other machines can reach this address: anyone who does can sign in as a demo person")
	}
	if !s.Postgres() {
		return warnings
	}
	if s.AllowPrivateAddresses {
		warnings = append(warnings, "GRASSROOTS_ALLOW_PRIVATE_ADDRESSES is on: an admin of the site can make this machine ask servers that only it can reach")
	}
	switch {
	case s.BaseURL == "":
		warnings = append(warnings, "GRASSROOTS_BASE_URL is not set, so links in e-mail and feeds point at "+s.PublicURL(s.Addr)+", which other machines cannot open")
	case strings.HasPrefix(s.BaseURL, "http://"):
		warnings = append(warnings, "GRASSROOTS_BASE_URL does not begin with https://, so cookies can be read on the way")
	}
	if s.LimitsOff {
		warnings = append(warnings, "GRASSROOTS_LIMITS_OFF is on: one client can keep the site from answering all others")
	}
	if s.SMTPURL == "" && !s.OIDCOnly {
		warnings = append(warnings, "GRASSROOTS_SMTP_URL is not set, so nobody is sent the link to sign in with")
	}
	return warnings
}

// loopback reports whether only this machine can reach the address.
func (s Settings) loopback() bool {
	host, _, err := net.SplitHostPort(s.Addr)
	if err != nil {
		return false
	}
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}
