package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/rsa"
	"crypto/tls"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"html"
	"io"
	"mime/quotedprintable"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"
	"github.com/go-jose/go-jose/v4"
)

// said keeps what programs write, for a search.
type said struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

// Write implements io.Writer.
func (s *said) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.buf.Write(p)
}

func (s *said) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.buf.String()
}

// postOffice is a mail server that asks for a password and keeps what it takes.
type postOffice struct {
	address, password string
	trust             string // a file with its certificate
	mails             said
	refuses           atomic.Bool
	refused           atomic.Int64
	mu                sync.Mutex
	connected         []*smtp.Conn
}

// refuse takes no password from now on, and hangs up on who gave one before.
func (p *postOffice) refuse() {
	p.refuses.Store(true)
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, c := range p.connected {
		_ = c.Close()
	}
}

func newPostOffice(t *testing.T, password string) *postOffice {
	t.Helper()
	p := &postOffice{password: password}
	server := smtp.NewServer(p)
	server.Domain = "localhost"
	// A certificate of this machine, which is only given out with a server.
	lender := httptest.NewTLSServer(http.NotFoundHandler())
	defer lender.Close()
	server.TLSConfig = &tls.Config{Certificates: lender.TLS.Certificates, MinVersion: tls.VersionTLS12}
	p.trust = filepath.Join(t.TempDir(), "trust.pem")
	if err := os.WriteFile(p.trust, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: lender.Certificate().Raw}), 0o600); err != nil {
		t.Fatal(err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p.address = listener.Addr().String()
	go func() { _ = server.Serve(listener) }()
	t.Cleanup(func() { _ = server.Close() })
	return p
}

// NewSession implements smtp.Backend.
func (p *postOffice) NewSession(c *smtp.Conn) (smtp.Session, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.connected = append(p.connected, c)
	return counter{p}, nil
}

type counter struct{ p *postOffice }

func (c counter) AuthMechanisms() []string { return []string{sasl.Plain} }

func (c counter) Auth(string) (sasl.Server, error) {
	return sasl.NewPlainServer(func(_, _, password string) error {
		if c.p.refuses.Load() || password != c.p.password {
			c.p.refused.Add(1)
			return smtp.ErrAuthFailed
		}
		return nil
	}), nil
}
func (counter) Reset()                               {}
func (counter) Logout() error                        { return nil }
func (counter) Mail(string, *smtp.MailOptions) error { return nil }
func (counter) Rcpt(string, *smtp.RcptOptions) error { return nil }

// Data keeps a message once all of it is there.
func (c counter) Data(r io.Reader) error {
	raw, err := io.ReadAll(quotedprintable.NewReader(r))
	if err == nil {
		_, err = c.p.mails.Write(raw)
	}
	return err
}

// signOnServer is an OpenID provider that signs everybody in, with a key of
// its own or with a wrong one.
type signOnServer struct {
	*httptest.Server
	key     *rsa.PrivateKey
	mu      sync.Mutex
	nonce   string
	wrong   bool
	secrets []string // that it has given or been given
}

func newSignOnServer(t *testing.T) *signOnServer {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	s := &signOnServer{key: key}
	mux := http.NewServeMux()
	answer := func(path string, f func(r *http.Request) any) {
		mux.HandleFunc(path, func(w http.ResponseWriter, r *http.Request) {
			s.mu.Lock()
			defer s.mu.Unlock()
			w.Header().Set("Content-Type", "application/json")
			_ = json.NewEncoder(w).Encode(f(r))
		})
	}
	answer("/.well-known/openid-configuration", func(*http.Request) any {
		return map[string]any{"issuer": s.URL, "authorization_endpoint": s.URL + "/auth", "token_endpoint": s.URL + "/token", "jwks_uri": s.URL + "/keys",
			"id_token_signing_alg_values_supported": []string{"RS256"}}
	})
	answer("/keys", func(*http.Request) any {
		return jose.JSONWebKeySet{Keys: []jose.JSONWebKey{{Key: key.Public(), KeyID: "one", Algorithm: "RS256", Use: "sig"}}}
	})
	answer("/token", func(r *http.Request) any {
		_ = r.ParseForm()
		token := s.idToken(t)
		s.secrets = append(s.secrets, token, "an-access-token-of-the-provider", r.Form.Get("code"), r.Form.Get("code_verifier"))
		return map[string]any{"access_token": "an-access-token-of-the-provider", "token_type": "Bearer", "expires_in": 60, "id_token": token}
	})
	s.Server = httptest.NewServer(mux)
	t.Cleanup(s.Close)
	return s
}

func (s *signOnServer) idToken(t *testing.T) string {
	key := s.key
	if s.wrong {
		key, _ = rsa.GenerateKey(rand.Reader, 2048)
	}
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.RS256, Key: jose.JSONWebKey{Key: key, KeyID: "one"}}, nil)
	if err != nil {
		t.Error(err)
		return ""
	}
	now := time.Now()
	claims, _ := json.Marshal(map[string]any{"iss": s.URL, "sub": "s1", "aud": "grassroots", "iat": now.Unix(), "exp": now.Add(time.Minute).Unix(), "nonce": s.nonce,
		"email": "sub.ject@nhs.net", "email_verified": true, "name": "Sub Ject"})
	object, err := signer.Sign(claims)
	if err != nil {
		t.Error(err)
		return ""
	}
	token, _ := object.CompactSerialize()
	return token
}

// visitor is a browser, and the secrets that it has come by.
type visitor struct {
	t    *testing.T
	base string
	*http.Client
}

func newVisitor(t *testing.T, base string) *visitor {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &visitor{t, base, &http.Client{Jar: jar, Timeout: time.Minute, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
}

func (v *visitor) ask(method, path string, form url.Values, headers ...string) (status int, body string) {
	v.t.Helper()
	var content io.Reader
	if form != nil {
		content = strings.NewReader(form.Encode())
	}
	request, err := http.NewRequestWithContext(v.t.Context(), method, v.base+path, content)
	if err != nil {
		v.t.Fatal(err)
	}
	if form != nil {
		request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for i := 0; i < len(headers); i += 2 {
		request.Header.Set(headers[i], headers[i+1])
	}
	answer, err := v.Do(request)
	if err != nil {
		v.t.Fatal(err)
	}
	defer answer.Body.Close()
	raw, err := io.ReadAll(answer.Body)
	if err != nil {
		v.t.Fatal(err)
	}
	return answer.StatusCode, string(raw)
}

// cookies gives the values of the browser's cookies.
func (v *visitor) cookies() (list []string) {
	at, _ := url.Parse(v.base + "/sign-in/provider/callback")
	for _, c := range v.Jar.Cookies(at) {
		list = append(list, c.Value)
	}
	return list
}

// one gives what the only group of a pattern matched.
func (v *visitor) one(pattern, text string) string {
	v.t.Helper()
	m := regexp.MustCompile(pattern).FindStringSubmatch(text)
	if m == nil {
		v.t.Fatalf("no %s in %s", pattern, text)
	}
	return html.UnescapeString(m[1])
}

// secretSite is a site whose settings are full of secrets.
type secretSite struct {
	*served
	log      *said
	post     *postOffice
	provider *signOnServer
	secrets  map[string]string
}

func newSecretSite(t *testing.T) *secretSite {
	t.Helper()
	s := &secretSite{log: &said{}, provider: newSignOnServer(t), secrets: map[string]string{
		"the client secret": "the-client-secret-of-sign-on", "the SMTP password": "the-password-of-the-post-office", "the Meilisearch key": "the-key-of-the-search-engine",
		"the secret of the site": "the-secret-that-signs-cookies-and-links", "the Postgres password": "the-password-of-postgres"}}
	s.post = newPostOffice(t, s.secrets["the SMTP password"])
	away := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusForbidden)
		_, _ = io.WriteString(w, `{"message":"The provided API key is invalid.","code":"invalid_api_key","type":"auth","link":"https://docs.example"}`)
	}))
	t.Cleanup(away.Close)
	s.served = &served{site: newSite(t), binary: buildProgram(t), log: s.log, more: []string{"GRASSROOTS_LOG=debug", "SSL_CERT_FILE=" + s.post.trust, "GRASSROOTS_OIDC_ISSUER=" + s.provider.URL,
		"GRASSROOTS_OIDC_CLIENT_ID=grassroots", "GRASSROOTS_OIDC_CLIENT_SECRET=" + s.secrets["the client secret"],
		"GRASSROOTS_SMTP_URL=smtp://ward:" + s.secrets["the SMTP password"] + "@" + s.post.address, "GRASSROOTS_SECRET=" + s.secrets["the secret of the site"],
		"GRASSROOTS_MEILI_URL=" + away.URL, "GRASSROOTS_MEILI_KEY=" + s.secrets["the Meilisearch key"]}}
	return s
}

// link signs in by e-mail, and gives the path of the link.
func (s *secretSite) link(v *visitor, address string) (found string) {
	before := len(s.post.mails.String())
	if status, body := v.ask(http.MethodPost, "/sign-in/email", url.Values{"email": {address}}); status != http.StatusSeeOther {
		s.t.Fatalf("no link is sent: %d %s", status, body)
	}
	link := regexp.MustCompile(`/sign-in/link/[^\s<"]{20,}`)
	s.eventually("the e-mail came", func() bool {
		text := s.post.mails.String()[before:]
		found = link.FindString(text)
		return found != ""
	})
	return found
}

// signOn goes to the provider and back, and gives the path that leads back.
func (s *secretSite) signOn(v *visitor, code string) string {
	_, page := v.ask(http.MethodPost, "/sign-in/provider", url.Values{})
	to, err := url.Parse(v.one(`url=([^"]+)"`, page))
	if err != nil {
		s.t.Fatal(err)
	}
	q := to.Query()
	s.provider.mu.Lock()
	s.provider.nonce = q.Get("nonce")
	s.provider.secrets = append(s.provider.secrets, q.Get("nonce"), q.Get("state"))
	s.provider.mu.Unlock()
	back := "/sign-in/provider/callback?" + url.Values{"code": {code}, "state": {q.Get("state")}, "iss": {s.provider.URL}}.Encode()
	s.secrets["the code "+code] = code
	return back
}

// Every kind of secret is used, rightly and wrongly, while all goes well and
// when the database does not work, with everything logged; none is in the log.
func TestNoSecretIsInTheLog(t *testing.T) {
	t.Parallel()
	s := newSecretSite(t)
	s.start()
	base := "http://" + s.addr
	browser, other, program := newVisitor(t, base), newVisitor(t, base), newVisitor(t, base)
	code, out := s.command("token", "create", "--email=ada@nhs.net", "--name=Ada", "--role=admin")
	if code != 0 {
		t.Fatal(out)
	}
	token := regexp.MustCompile(`grt_\S+`).FindString(out)
	s.secrets["the token"] = token

	link := s.link(browser, "ada@nhs.net")
	s.secrets["the link"] = strings.TrimPrefix(link, "/sign-in/link/")
	if status, body := browser.ask(http.MethodPost, link, url.Values{}); status != http.StatusSeeOther {
		t.Fatalf("the link: %d %s", status, body)
	}
	unused := s.link(other, "bob@nhs.net")
	s.secrets["the link that is not used"] = strings.TrimPrefix(unused, "/sign-in/link/")

	s.post.refuse()
	third := newVisitor(t, base)
	third.ask(http.MethodPost, "/sign-in/email", url.Values{"email": {"cat@nhs.net"}})
	s.eventually("the password is refused", func() bool { return s.post.refused.Load() > 0 })

	back := s.signOn(other, "the-code-that-signs-in")
	if status, body := other.ask(http.MethodGet, back, nil); status != http.StatusSeeOther {
		t.Errorf("sign-on: %d %s", status, body)
	}
	s.provider.mu.Lock()
	s.provider.wrong = true
	s.provider.mu.Unlock()
	refused := s.signOn(third, "the-code-that-is-refused")
	if status, _ := third.ask(http.MethodGet, refused, nil); status != http.StatusForbidden {
		t.Errorf("a wrong key signs in: %d", status)
	}

	receiver := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusInternalServerError) }))
	t.Cleanup(receiver.Close)
	_, page := browser.ask(http.MethodPost, "/admin/webhooks/new", url.Values{"url": {receiver.URL + "/?token=the-token-of-the-receiver"}, "description": {"Ours"}, "events": {"case_study.published"}})
	s.secrets["the webhook's secret"] = browser.one(`id="secret">([^<]+)<`, page)
	s.secrets["the receiver's token"] = "the-token-of-the-receiver"

	everything := func() {
		for _, v := range []*visitor{browser, other, third} {
			for _, path := range []string{"/", "/me", "/me/tokens", link, unused, back, refused, "/case-studies?q=letters", "/.well-known/grassroots/keys", "/exchange/keys"} {
				v.ask(http.MethodGet, path, nil)
			}
			v.ask(http.MethodPost, unused+"x", url.Values{})
		}
		for _, t := range []string{token, token + "x", "grt_" + strings.Repeat("a", 43)} {
			program.ask(http.MethodGet, "/api/v1/me", nil, "Authorization", "Bearer "+t)
			program.ask(http.MethodPost, "/api/v1/case-studies", nil, "Authorization", "Bearer "+t, "Content-Type", "text/markdown", "Idempotency-Key", "the-key-of-a-post")
		}
		s.malformed(browser, token)
	}
	everything()
	code, out = s.command("import", write(t, map[string]string{"a.md": study(firstID, "Letters by MESH", "They are typed by hand.")}))
	if code != 0 {
		t.Errorf("import: %s", out)
	}
	s.eventually("the webhook was tried", func() bool { return strings.Contains(s.log.String(), "webhook") || code != 0 })
	for _, v := range []*visitor{browser, other, third} {
		for i, value := range v.cookies() {
			s.secrets[fmt.Sprintf("cookie %d", i)+" "+value[:min(4, len(value))]] = value
		}
	}
	s.commands()
	for _, table := range []string{"sessions", "tokens", "sign_in_links", "sign_in_states", "case_studies"} {
		if err := s.store().DB(t.Context()).Exec("ALTER TABLE " + table + " RENAME TO lost_" + table).Error; err != nil {
			t.Error(err)
		}
	}
	everything()
	s.search()
}

// malformed sends secrets in requests that cannot be read.
func (s *secretSite) malformed(v *visitor, token string) {
	for _, header := range []string{"Cookie: %s\r\nX-\x00: a", "Cookie: %s\x01", "Authorization: Bearer %s\x00", "Authorization Bearer %s", "Cookie: %s\r\nContent-Length: 1, 2", "Cookie: %s\r\nX-Long: " + strings.Repeat("a", 20_000)} {
		conn, err := net.Dial("tcp", strings.TrimPrefix(v.base, "http://"))
		if err != nil {
			s.t.Fatal(err)
		}
		secret := strings.Join(append(v.cookies(), token), "; s=")
		_, _ = fmt.Fprintf(conn, "GET / HTTP/1.1\r\nHost: x\r\n"+header+"\r\n\r\n", secret)
		_ = conn.SetReadDeadline(time.Now().Add(time.Minute))
		_, _ = io.Copy(io.Discard, conn)
		_ = conn.Close()
	}
}

// commands runs what speaks to a Postgres that is not there, says something
// else, or refuses the password.
func (s *secretSite) commands() {
	noDatabase, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		s.t.Fatal(err)
	}
	defer noDatabase.Close()
	go func() {
		for {
			conn, err := noDatabase.Accept()
			if err != nil {
				return
			}
			_, _ = io.WriteString(conn, "HTTP/1.1 400 Bad Request\r\n\r\n")
			_ = conn.Close()
		}
	}()
	for _, host := range []string{"127.0.0.1:1", noDatabase.Addr().String()} {
		address := "postgres://grassroots:" + s.secrets["the Postgres password"] + "@" + host + "/grassroots?sslmode=disable"
		for _, more := range [][]string{{"GRASSROOTS_DATABASE_URL=" + address}, {"GRASSROOTS_DATABASE_URL=" + address, "GRASSROOTS_DATABASE_REPLICA_URLS=" + address}} {
			for _, command := range []string{"check", "migrate", "serve", "reindex"} {
				ctx, cancel := context.WithTimeout(s.t.Context(), 30*time.Second)
				c := exec.CommandContext(ctx, s.binary, command)
				c.Env, c.Stdout, c.Stderr = append(s.environ(), more...), s.log, s.log
				if c.Run() == nil {
					s.t.Errorf("%s works without a database", command)
				}
				cancel()
			}
		}
	}
	c := exec.CommandContext(s.t.Context(), s.binary, "check")
	c.Env, c.Stdout, c.Stderr = s.environ(), s.log, s.log
	_ = c.Run() // the search engine is away
}

// longRandom is what a secret looks like that nobody thought of.
var longRandom = regexp.MustCompile(`[A-Za-z0-9_-]{32,}`)

// search looks for every secret in everything that was written.
func (s *secretSite) search() {
	text := s.log.String()
	if dir := os.Getenv("GRASSROOTS_TEST_KEEP_LOG"); dir != "" {
		_ = os.WriteFile(dir, []byte(text), 0o600)
	}
	for _, part := range []string{"request failed", "level\":\"DEBUG", "search engine"} {
		if !strings.Contains(text, part) {
			s.t.Errorf("the log has no %q, so it is not all that was written", part)
		}
	}
	for i, secret := range s.provider.secrets {
		s.secrets[fmt.Sprintf("number %d of the provider", i)] = secret
	}
	for name, secret := range s.secrets {
		if len(secret) < 12 {
			if secret == "" {
				s.t.Errorf("%s is empty", name)
			}
			continue
		}
		for _, form := range []string{secret, url.QueryEscape(secret), base64.StdEncoding.EncodeToString([]byte(secret)), base64.RawURLEncoding.EncodeToString([]byte(secret)), secret[:12], secret[len(secret)-12:]} {
			if at := strings.Index(text, form); at >= 0 {
				s.t.Errorf("%s is in the log: %s", name, text[max(0, at-200):min(len(text), at+100)])
				break
			}
		}
	}
	for _, found := range longRandom.FindAllString(text, -1) {
		// But the ends of the audit chain, and the names of settings.
		if strings.Trim(found, "0123456789abcdef") != "" && !strings.HasPrefix(found, variablePrefix) {
			s.t.Errorf("this in the log may be a secret: %s", found)
		}
	}
}
