package main

import (
	"fmt"
	"net"
	"net/mail"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"grassroots/models"
)

// logLevels lists the values that the log setting takes.
func logLevels() []string { return []string{"debug", "info", "warn", "error"} }

// problems collects what is wrong with the settings, a clause each. name turns
// the name of a setting into what the operator wrote: the variable or the flag.
type problems struct {
	name    func(variable string) string
	clauses []string
}

// add notes that the setting must be something that it is not.
func (p *problems) add(variable, format string, arguments ...any) {
	p.clauses = append(p.clauses, p.name(variable)+" "+fmt.Sprintf(format, arguments...))
}

// err is nil when nothing is wrong.
func (p *problems) err() error {
	if len(p.clauses) == 0 {
		return nil
	}
	return usagef("%s", strings.Join(p.clauses, "; "))
}

// normalise brings values that may be written in several ways to one.
func (s *Settings) normalise() {
	s.BaseURL = strings.TrimSuffix(s.BaseURL, "/")
	s.MeiliURL = strings.TrimSuffix(s.MeiliURL, "/")
	s.Log = strings.ToLower(s.Log)
	domains := make([]string, 0, len(s.EmailDomains))
	for _, domain := range s.EmailDomains {
		if domain = strings.ToLower(strings.TrimSpace(domain)); domain != "" {
			domains = append(domains, domain)
		}
	}
	s.EmailDomains = domains
	for _, list := range []*[]string{&s.OIDCScopes, &s.OIDCACR, &s.OIDCAMR} {
		for i, value := range *list {
			(*list)[i] = strings.TrimSpace(value)
		}
		*list = slices.DeleteFunc(*list, func(value string) bool { return value == "" })
	}
	s.DatabaseReplicaURLs = slices.DeleteFunc(s.DatabaseReplicaURLs, func(address Secret) bool { return address == "" })
}

// validate says everything that is wrong with the settings, in one error that
// never holds a secret's value.
func (s Settings) validate(name func(variable string) string) error {
	p := &problems{name: name}
	s.validateSite(p)
	s.validateServers(p)
	s.validateSignIn(p)
	return p.err()
}

func (s Settings) validateSite(p *problems) {
	if !validAddress(s.Addr) {
		p.add("GRASSROOTS_ADDR", "is %q: it must be a host and a port such as 127.0.0.1:8080", s.Addr)
	}
	if s.BaseURL != "" && !validSite(s.BaseURL) {
		p.add("GRASSROOTS_BASE_URL", "is %q: it must be http:// or https:// and a host, with no path after it", s.BaseURL)
	}
	if s.DataDir == "" {
		p.add("GRASSROOTS_DATA_DIR", "is empty: it must name a folder")
	}
	if s.AuditDays < 0 {
		p.add("GRASSROOTS_AUDIT_DAYS", "is %d: it must be a number of days, or 0 to keep the audit record for ever", s.AuditDays)
	}
	if s.ExchangeMaxCopies < 0 {
		p.add("GRASSROOTS_EXCHANGE_MAX_COPIES", "is %d: it must be how many case studies are taken from one other instance at most, or 0 to set no limit", s.ExchangeMaxCopies)
	}
	s.validateFeedback(p)
	s.validateTimeouts(p)
	if !slices.Contains(logLevels(), s.Log) {
		p.add("GRASSROOTS_LOG", "is %q: it must be one of %s", s.Log, strings.Join(logLevels(), ", "))
	}
	if s.UploadsURL != "" && !validUploads(s.UploadsURL) {
		p.add("GRASSROOTS_UPLOADS_URL", "must be file:// and a full path, or s3:// and a bucket")
	}
}

func (s Settings) validateFeedback(p *problems) {
	for _, one := range []struct {
		variable    string
		value, most int
	}{{"GRASSROOTS_ASK_PEOPLE", s.AskPeople, models.MaxAskedAboutIdea}, {"GRASSROOTS_ASKS_A_WEEK", s.AsksAWeek, models.MaxAsksAWeek}, {"GRASSROOTS_RESPONSE_DAYS", s.ResponseDays, models.MaxResponseDays}} {
		if one.value < 0 || one.value > one.most {
			p.add(one.variable, "is %d: it must be from 0 to %d", one.value, one.most)
		}
	}
}

func (s Settings) validateTimeouts(p *problems) {
	for _, one := range []struct {
		variable string
		value    time.Duration
	}{{"GRASSROOTS_READ_TIMEOUT", s.ReadTimeout}, {"GRASSROOTS_WRITE_TIMEOUT", s.WriteTimeout}, {"GRASSROOTS_IDLE_TIMEOUT", s.IdleTimeout}} {
		if one.value < time.Second || one.value > time.Hour {
			p.add(one.variable, "is %s: it must be from 1s to 1h", one.value)
		}
	}
}

func (s Settings) validateServers(p *problems) {
	if s.Postgres() && !validPostgres(s.DatabaseURL) {
		p.add("GRASSROOTS_DATABASE_URL", "must look like postgres://user:password@host:5432/database")
	}
	for i, replica := range s.DatabaseReplicaURLs {
		if !validPostgres(replica) {
			p.add("GRASSROOTS_DATABASE_REPLICA_URLS", "has an address (number %d) that does not look like postgres://user:password@host:5432/database", i+1)
		}
	}
	if len(s.DatabaseReplicaURLs) > 0 && !s.Postgres() {
		p.add("GRASSROOTS_DATABASE_REPLICA_URLS", "needs GRASSROOTS_DATABASE_URL as well")
	}
	if s.Meilisearch() && !validWeb(s.MeiliURL) {
		p.add("GRASSROOTS_MEILI_URL", "must look like http://host:7700")
	}
	if s.MeiliKey != "" && !s.Meilisearch() {
		p.add("GRASSROOTS_MEILI_KEY", "needs GRASSROOTS_MEILI_URL as well")
	}
	if s.SMTPURL != "" && !validSMTP(s.SMTPURL) {
		p.add("GRASSROOTS_SMTP_URL", "must look like smtp://user:password@host:587, with a password's special characters percent-encoded")
	}
}

func (s Settings) validateSignIn(p *problems) {
	if s.SingleSignOn() && !validWeb(s.OIDCIssuer) {
		p.add("GRASSROOTS_OIDC_ISSUER", "must be the provider's https:// address")
	}
	if issuer, err := url.Parse(s.OIDCIssuer); err == nil && issuer.Scheme == "http" && !loopbackHost(issuer.Hostname()) && !s.AllowPrivateAddresses {
		p.add("GRASSROOTS_OIDC_ISSUER", "must begin with https://: who signs in could be read and changed on the way")
	}
	for variable, on := range map[string]bool{
		"GRASSROOTS_OIDC_ACR": len(s.OIDCACR) > 0, "GRASSROOTS_OIDC_AMR": len(s.OIDCAMR) > 0, "GRASSROOTS_OIDC_ORGANISATION_CLAIM": s.OIDCOrganisationClaim != "",
		"GRASSROOTS_OIDC_STAFF_GROUP_CLAIM": s.OIDCStaffGroupClaim != "", "GRASSROOTS_OIDC_LINK_BY_EMAIL": s.OIDCLinkByEmail, "GRASSROOTS_OIDC_TRUST_EMAIL": s.OIDCTrustEmail,
		"GRASSROOTS_OIDC_ONLY": s.OIDCOnly,
	} {
		if on && !s.SingleSignOn() {
			p.add(variable, "needs GRASSROOTS_OIDC_ISSUER as well")
		}
	}
	for variable, value := range map[string]string{
		"GRASSROOTS_OIDC_CLIENT_ID":     s.OIDCClientID,
		"GRASSROOTS_OIDC_CLIENT_SECRET": s.OIDCClientSecret.Reveal(),
	} {
		if s.SingleSignOn() && value == "" {
			p.add(variable, "is needed with GRASSROOTS_OIDC_ISSUER")
		}
		if !s.SingleSignOn() && value != "" {
			p.add(variable, "needs GRASSROOTS_OIDC_ISSUER as well")
		}
	}
	slices.Sort(p.clauses) // the map above has no order, a message should
	for _, domain := range s.EmailDomains {
		if !validDomain(domain) {
			p.add("GRASSROOTS_EMAIL_DOMAINS", "has %q: each must be a domain such as nhs.net, or *.nhs.uk for its subdomains", domain)
		}
	}
	if s.SessionIdle < 10*time.Second || s.SessionIdle > s.SessionLife {
		p.add("GRASSROOTS_SESSION_IDLE", "is %s: it must be from 10s to GRASSROOTS_SESSION_LIFE", s.SessionIdle)
	}
	if s.SessionLife < 5*time.Minute || s.SessionLife > 7*24*time.Hour {
		p.add("GRASSROOTS_SESSION_LIFE", "is %s: it must be from 5m to 168h", s.SessionLife)
	}
	if s.SessionFresh != 0 && (s.SessionFresh < 3*time.Second || s.SessionFresh > s.SessionLife) {
		p.add("GRASSROOTS_SESSION_FRESH", "is %s: it must be 0, or from 3s to GRASSROOTS_SESSION_LIFE", s.SessionFresh)
	}
	s.validateLimits(p)
	switch {
	case s.Secret == "" && s.Postgres():
		p.add("GRASSROOTS_SECRET", "is required with Postgres: set it to at least %d random characters, the same on every node", minSecretLength)
	case s.Secret != "" && len(s.Secret) < minSecretLength:
		p.add("GRASSROOTS_SECRET", "is too short: it must have at least %d characters", minSecretLength)
	}
	if s.Demo && s.Postgres() {
		p.add("GRASSROOTS_DEMO", "lets anyone sign in, so it is refused with Postgres: unset it or GRASSROOTS_DATABASE_URL")
	}
	if s.Demo && s.SingleSignOn() {
		p.add("GRASSROOTS_DEMO", "lets anyone sign in, so it is refused with single sign-on: unset it or GRASSROOTS_OIDC_ISSUER")
	}
}

func (s *Settings) validateLimits(p *problems) {
	for _, one := range []struct {
		variable string
		most     int
	}{
		{"GRASSROOTS_LIMIT_TOKEN", s.LimitToken}, {"GRASSROOTS_LIMIT_PERSON", s.LimitPerson}, {"GRASSROOTS_LIMIT_ADDRESS", s.LimitAddress},
		{"GRASSROOTS_LIMIT_WRITES", s.LimitWrites}, {"GRASSROOTS_LIMIT_SEARCHES", s.LimitSearches}, {"GRASSROOTS_LIMIT_EXPORTS", s.LimitExports},
		{"GRASSROOTS_LIMIT_UPLOADS", s.LimitUploads}, {"GRASSROOTS_LIMIT_SIGN_INS", s.LimitSignIns}, {"GRASSROOTS_LIMIT_LINKS", s.LimitLinks},
	} {
		if one.most < 0 {
			p.add(one.variable, "is %d: it must be a number from 0, which sets no limit", one.most)
		}
	}
	if s.TrustAfter < 0 {
		p.add("GRASSROOTS_TRUST_AFTER", "is %s: it must be a time from 0", s.TrustAfter)
	}
	if s.TrustPosts < 0 {
		p.add("GRASSROOTS_TRUST_POSTS", "is %d: it must be a number from 0", s.TrustPosts)
	}
	if _, wrong := s.proxies(); wrong != "" {
		p.add("GRASSROOTS_TRUSTED_PROXIES", "has %q: each must be an address such as 192.0.2.1 or a network such as 10.0.0.0/8, or the whole none", wrong)
	}
}

// loopbackHost tells whether a host is this machine.
func loopbackHost(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// validAddress accepts what a server can listen on: a host, which may be empty
// for every address of the machine, and a port number.
func validAddress(address string) bool {
	host, port, err := net.SplitHostPort(address)
	if err != nil || strings.ContainsAny(host, " /@") {
		return false
	}
	number, err := strconv.ParseUint(port, 10, 16)
	return err == nil && strconv.FormatUint(number, 10) == port
}

// validWeb accepts http:// and https:// addresses without a user name, query
// or fragment.
func validWeb(address string) bool {
	u, err := url.Parse(address)
	return err == nil && (u.Scheme == "http" || u.Scheme == "https") &&
		u.Hostname() != "" && validPort(u) && u.User == nil && u.RawQuery == "" && u.Fragment == ""
}

// validSite accepts a web address that is the root of its host: pages link to
// one another from the root.
func validSite(address string) bool {
	u, err := url.Parse(address)
	return err == nil && validWeb(address) && u.Path == ""
}

// validPostgres accepts postgres:// addresses with a host, which may also be
// given as ?host= for a socket folder.
func validPostgres(address Secret) bool {
	u, err := url.Parse(address.Reveal())
	return err == nil && (u.Scheme == "postgres" || u.Scheme == "postgresql") &&
		validPort(u) && (u.Hostname() != "" || u.Query().Get("host") != "")
}

// validSMTP accepts smtp:// and smtps:// addresses with a host and, as their
// only query, the sender's address.
func validSMTP(address Secret) bool {
	u, err := url.Parse(address.Reveal())
	if err != nil || u.Scheme != "smtp" && u.Scheme != "smtps" || u.Hostname() == "" || !validPort(u) || strings.Trim(u.Path, "/") != "" {
		return false
	}
	query, err := url.ParseQuery(u.RawQuery)
	if err != nil {
		return false
	}
	for key, values := range query {
		if key != "from" || len(values) != 1 {
			return false
		}
		if _, err := mail.ParseAddress(values[0]); err != nil {
			return false
		}
	}
	return true
}

// validUploads accepts file:// with a full path and s3:// with a bucket.
func validUploads(address string) bool {
	u, err := url.Parse(address)
	if err != nil {
		return false
	}
	switch u.Scheme {
	case "file":
		return u.Host == "" && len(u.Path) > 1 && strings.HasPrefix(u.Path, "/")
	case "s3":
		return u.Host != ""
	default:
		return false
	}
}

// validPort accepts no port, or a number that a server can listen on.
func validPort(u *url.URL) bool {
	if u.Port() == "" {
		return !strings.HasSuffix(u.Host, ":")
	}
	number, err := strconv.ParseUint(u.Port(), 10, 16)
	return err == nil && number > 0
}

// validDomain accepts a domain of at least two labels, which *. may precede:
// "*" or "*.uk" would let in everybody.
func validDomain(domain string) bool {
	labels := strings.Split(strings.TrimPrefix(domain, "*."), ".")
	if len(labels) < 2 || len(domain) > 253 {
		return false
	}
	for _, label := range labels {
		if label == "" || len(label) > 63 || strings.HasPrefix(label, "-") || strings.HasSuffix(label, "-") ||
			strings.Trim(label, "abcdefghijklmnopqrstuvwxyz0123456789-") != "" {
			return false
		}
	}
	return true
}
