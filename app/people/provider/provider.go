// Package provider is what is said to an OpenID provider, and believed of what
// it says: the authorisation code flow with PKCE, and the three ways of signing
// out. It knows nothing of accounts.
package provider

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"
	"golang.org/x/sync/singleflight"

	"grassroots/app/web"
	"grassroots/models"
)

const (
	askTimeout = 10 * time.Second
	// What the provider says of itself is believed for keptFor, and when it cannot
	// be asked again, until it can. Its keys are asked for whenever one is new.
	keptFor = time.Hour
	// A page says for awayFor after a failure that the provider is away.
	awayFor = time.Minute
	// leeway is by how much the clocks of two honest servers may differ.
	leeway = time.Minute
)

// Config says which provider, and who we are to it.
type Config struct {
	web.SingleSignOn
	RedirectURL   string // where people come back to after signing in
	PostLogoutURL string // and after signing out
	HTTP          *http.Client
	Now           func() time.Time
}

// Provider is an OpenID provider. It is asked nothing until somebody signs in,
// and asked again after a failure.
type Provider struct {
	cfg    Config
	asking singleflight.Group

	mu     sync.Mutex
	known  *known
	read   time.Time // when known was read, or could last not be read again
	failed time.Time // when it last could not be asked
}

// known is what a provider says of itself.
type known struct {
	*oidc.Provider
	Issuer            string   `json:"issuer"`
	EndSession        string   `json:"end_session_endpoint"`
	NamesItself       bool     `json:"authorization_response_iss_parameter_supported"`
	UserInfo          string   `json:"userinfo_endpoint"`
	ChallengeMethods  []string `json:"code_challenge_methods_supported"`
	BackchannelLogout bool     `json:"backchannel_logout_supported"`
}

// New makes a provider without asking it anything.
func New(cfg Config) *Provider { return &Provider{cfg: cfg} }

// Issuer is the provider's name for itself.
func (p *Provider) Issuer() string { return p.cfg.Issuer }

// Away tells whether the provider could not be asked within the last minute.
func (p *Provider) Away() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return !p.failed.IsZero() && p.cfg.Now().Sub(p.failed) < awayFor
}

// Check asks the provider what it is, for who runs the program.
func (p *Provider) Check(ctx context.Context) (string, error) {
	k, err := p.discover(ctx)
	if err != nil {
		return "", err
	}
	return k.Issuer, nil
}

// with lets the libraries use our client.
func (p *Provider) with(ctx context.Context) context.Context {
	return oidc.ClientContext(ctx, p.cfg.HTTP)
}

func (p *Provider) away(err error) error {
	return models.Wrap(models.Unavailable, p.cfg.Name+" cannot be reached at the moment, so nobody can sign in with it. Try again in a few minutes.", err)
}

func (p *Provider) refused(message string, err error) error {
	return models.Wrap(models.Forbidden, message, err)
}

// discover gives what the provider says of itself. Unavailable when it cannot
// be asked and never could.
func (p *Provider) discover(ctx context.Context) (*known, error) {
	now := p.cfg.Now()
	p.mu.Lock()
	k, fresh := p.known, now.Sub(p.read) < keptFor
	p.mu.Unlock()
	if k != nil && fresh {
		return k, nil
	}
	found, err, _ := p.asking.Do("", func() (any, error) {
		// Whoever asks first may go away while others wait for the answer.
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), askTimeout)
		defer cancel()
		return p.ask(ctx)
	})
	p.mu.Lock()
	defer p.mu.Unlock()
	if err != nil {
		p.failed = now
		if k == nil {
			return nil, p.away(err)
		}
		p.read = now.Add(awayFor - keptFor) // what was known is good until it is tried again
		return k, nil
	}
	p.known, p.read, p.failed = found.(*known), now, time.Time{}
	return p.known, nil
}

func (p *Provider) ask(ctx context.Context) (*known, error) {
	found, err := oidc.NewProvider(p.with(ctx), p.cfg.Issuer)
	if err != nil {
		return nil, err
	}
	k := &known{Provider: found}
	return k, found.Claims(k)
}

func (p *Provider) oauth(k *known) *oauth2.Config {
	scopes := []string{oidc.ScopeOpenID}
	for _, s := range p.cfg.Scopes {
		if !slices.Contains(scopes, s) {
			scopes = append(scopes, s)
		}
	}
	return &oauth2.Config{ClientID: p.cfg.ClientID, ClientSecret: p.cfg.ClientSecret, Endpoint: k.Endpoint(), RedirectURL: p.cfg.RedirectURL, Scopes: scopes}
}

// Pending is what has to be remembered of a person between sending them to the
// provider and their return. None of it may reach anybody else.
type Pending struct {
	State    string `json:"state"`
	Nonce    string `json:"nonce"`
	Verifier string `json:"verifier"`
	// Fresh is when they were sent to show anew who they are; zero for any sign-in.
	Fresh time.Time `json:"fresh,omitzero"`
}

// Begin gives the address at the provider where a person signs in. With fresh
// they have to do so even when they are signed in there. Unavailable when the
// provider cannot be asked.
func (p *Provider) Begin(ctx context.Context, fresh bool) (address string, pending Pending, err error) {
	k, err := p.discover(ctx)
	if err != nil {
		return "", Pending{}, err
	}
	pending = Pending{State: web.NewSecret(), Nonce: web.NewSecret(), Verifier: oauth2.GenerateVerifier()}
	options := []oauth2.AuthCodeOption{oidc.Nonce(pending.Nonce), oauth2.S256ChallengeOption(pending.Verifier)}
	if len(p.cfg.ACR) > 0 {
		options = append(options, oauth2.SetAuthURLParam("acr_values", strings.Join(p.cfg.ACR, " ")))
	}
	if fresh {
		pending.Fresh = p.cfg.Now()
		options = append(options, oauth2.SetAuthURLParam("prompt", "login"), oauth2.SetAuthURLParam("max_age", "0"))
	}
	address = p.oauth(k).AuthCodeURL(pending.State, options...)
	if !isWeb(address) {
		return "", Pending{}, p.away(errNoAddress)
	}
	return address, pending, nil
}

// isWeb tells whether a browser may be sent to an address that the provider
// gave.
func isWeb(address string) bool {
	u, err := url.Parse(address)
	return err == nil && (u.Scheme == "https" || u.Scheme == "http") && u.Host != ""
}

// LogoutURL gives the address at the provider that ends its own session, and
// leads back; empty when it has none.
func (p *Provider) LogoutURL(ctx context.Context, idToken string) (string, error) {
	k, err := p.discover(ctx)
	if err != nil {
		return "", err
	}
	u, err := url.Parse(k.EndSession)
	if err != nil || !isWeb(k.EndSession) {
		return "", nil
	}
	q := u.Query()
	q.Set("client_id", p.cfg.ClientID)
	q.Set("post_logout_redirect_uri", p.cfg.PostLogoutURL)
	if idToken != "" {
		q.Set("id_token_hint", idToken)
	}
	u.RawQuery = q.Encode()
	return u.String(), nil
}
