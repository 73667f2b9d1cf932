package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"grassroots/app/web"
)

// strong is a secret that is long enough.
const strong = "0123456789abcdef0123456789abcdef"

// load runs the program's own way from arguments and environment to settings,
// by way of a command that is added for the test.
func load(t *testing.T, arguments, environ []string) (Settings, error) {
	t.Helper()
	variables, err := readEnvironment(environ, filepath.Join(t.TempDir(), "none"))
	if err != nil {
		return Settings{}, err
	}
	return loadFrom(t, arguments, variables)
}

func loadFrom(t *testing.T, arguments []string, variables *environment) (Settings, error) {
	t.Helper()
	line := &commandLine{}
	var out bytes.Buffer
	parser, err := newParser(line, variables, &out, &out)
	if err != nil {
		t.Fatal(err)
	}
	_, err = parse(parser, line, variables, append([]string{"ready"}, arguments...))
	return line.Settings, err
}

func TestDefaultsAreThoseOfTheContract(t *testing.T) {
	s, err := load(t, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	if s.Addr != "127.0.0.1:8080" || s.DataDir != "./data" || s.Log != "info" || s.Demo || s.Postgres() || s.Meilisearch() || s.SingleSignOn() {
		t.Errorf("defaults are %+v", s)
	}
	if got := strings.Join(s.EmailDomains, " "); got != "nhs.net *.nhs.uk *.nhs.scot *.wales.nhs.uk *.hscni.net" {
		t.Errorf("e-mail domains are %s", got)
	}
	if warnings := s.Warnings(); len(warnings) != 0 {
		t.Errorf("the defaults warn: %q", warnings)
	}
}

func TestEverySettingIsReadFromItsVariableAndItsFlag(t *testing.T) {
	values := map[string]string{
		"GRASSROOTS_ADDR":                    "0.0.0.0:9000",
		"GRASSROOTS_BASE_URL":                "https://grassroots.example.nhs.uk",
		"GRASSROOTS_DATA_DIR":                "/srv/data",
		"GRASSROOTS_DATABASE_URL":            "postgres://app:pw@db:5432/grassroots",
		"GRASSROOTS_DATABASE_REPLICA_URLS":   "postgres://app:pw@r1/g,postgres://app:pw@r2/g",
		"GRASSROOTS_MEILI_URL":               "http://meili:7700",
		"GRASSROOTS_MEILI_KEY":               "key",
		"GRASSROOTS_UPLOADS_URL":             "s3://bucket?region=eu-west-2",
		"GRASSROOTS_SMTP_URL":                "smtp://user:pw@mail:587",
		"GRASSROOTS_OIDC_ISSUER":             "https://login.example.nhs.uk/realm",
		"GRASSROOTS_OIDC_CLIENT_ID":          "id",
		"GRASSROOTS_OIDC_CLIENT_SECRET":      "hush",
		"GRASSROOTS_OIDC_NAME":               "NHS CIS2",
		"GRASSROOTS_OIDC_SCOPES":             "openid, nhsperson",
		"GRASSROOTS_OIDC_ACR":                "AAL2,AAL3",
		"GRASSROOTS_OIDC_AMR":                "mfa",
		"GRASSROOTS_OIDC_ORGANISATION_CLAIM": "org.code",
		"GRASSROOTS_OIDC_STAFF_GROUP_CLAIM":  "group",
		"GRASSROOTS_OIDC_LINK_BY_EMAIL":      "true",
		"GRASSROOTS_OIDC_TRUST_EMAIL":        "true",
		"GRASSROOTS_OIDC_ONLY":               "true",
		"GRASSROOTS_SESSION_IDLE":            "20m",
		"GRASSROOTS_SESSION_LIFE":            "8h",
		"GRASSROOTS_SESSION_FRESH":           "5m",
		"GRASSROOTS_READ_TIMEOUT":            "11s",
		"GRASSROOTS_WRITE_TIMEOUT":           "12s",
		"GRASSROOTS_IDLE_TIMEOUT":            "13s",
		"GRASSROOTS_EMAIL_DOMAINS":           "Example.nhs.uk, *.nhs.scot",
		"GRASSROOTS_SECRET":                  strong,
		"GRASSROOTS_DEMO":                    "off",
		"GRASSROOTS_AUDIT_DAYS":              "30",
		"GRASSROOTS_EXCHANGE_MAX_COPIES":     "500",
		"GRASSROOTS_LOG":                     "WARN",
		"GRASSROOTS_LIMIT_TOKEN":             "1",
		"GRASSROOTS_LIMIT_PERSON":            "2",
		"GRASSROOTS_LIMIT_ADDRESS":           "3",
		"GRASSROOTS_LIMIT_WRITES":            "4",
		"GRASSROOTS_LIMIT_SEARCHES":          "5",
		"GRASSROOTS_LIMIT_EXPORTS":           "6",
		"GRASSROOTS_LIMIT_UPLOADS":           "7",
		"GRASSROOTS_LIMIT_SIGN_INS":          "8",
		"GRASSROOTS_LIMIT_LINKS":             "9",
		"GRASSROOTS_LIMITS_OFF":              "false",
		"GRASSROOTS_TRUST_AFTER":             "1h",
		"GRASSROOTS_TRUST_POSTS":             "7",
		"GRASSROOTS_FIRST_LOOK":              "false",
		"GRASSROOTS_ASK_PEOPLE":              "4",
		"GRASSROOTS_ASKS_A_WEEK":             "3",
		"GRASSROOTS_RESPONSE_DAYS":           "21",
		"GRASSROOTS_TRUSTED_PROXIES":         "192.0.2.1,10.0.0.0/8",
		"GRASSROOTS_ALLOW_PRIVATE_ADDRESSES": "true",
	}
	var environ, flags []string
	for name, value := range values {
		environ = append(environ, name+"="+value)
		flag := "--" + strings.ToLower(strings.ReplaceAll(strings.TrimPrefix(name, variablePrefix), "_", "-"))
		if name != "GRASSROOTS_DEMO" { // --demo=off is written --demo=false
			flags = append(flags, flag+"="+value)
		}
	}
	fromVariables, err := load(t, nil, environ)
	if err != nil {
		t.Fatal(err)
	}
	fromFlags, err := load(t, flags, nil)
	if err != nil {
		t.Fatal(err)
	}
	for source, s := range map[string]Settings{"variables": fromVariables, "flags": fromFlags} {
		got := fmt.Sprint(s.Addr, s.BaseURL, s.DataDir, s.DatabaseURL.Reveal(), len(s.DatabaseReplicaURLs), s.DatabaseReplicaURLs[1].Reveal(),
			s.MeiliURL, s.MeiliKey.Reveal(), s.UploadsURL, s.SMTPURL.Reveal(), s.OIDCIssuer, s.OIDCClientID, s.OIDCClientSecret.Reveal(),
			s.EmailDomains, s.Secret.Reveal(), s.Demo, s.Level(), s.AllowPrivateAddresses, s.SessionIdle, s.SessionLife, s.SessionFresh, s.ReadTimeout, s.WriteTimeout, s.IdleTimeout, s.singleSignOn())
		proxies, _ := s.proxies()
		if text := fmt.Sprint(s.limits(), proxies); text != "{1 2 3 4 5 6 7 8 9} {[192.0.2.1/32 10.0.0.0/8] false}" {
			t.Errorf("from %s the limits and proxies are %s", source, text)
		}
		want := fmt.Sprint("0.0.0.0:9000", "https://grassroots.example.nhs.uk", "/srv/data", "postgres://app:pw@db:5432/grassroots", 2, "postgres://app:pw@r2/g",
			"http://meili:7700", "key", "s3://bucket?region=eu-west-2", "smtp://user:pw@mail:587", "https://login.example.nhs.uk/realm", "id", "hush",
			[]string{"example.nhs.uk", "*.nhs.scot"}, strong, false, slog.LevelWarn, true, 20*time.Minute, 8*time.Hour, 5*time.Minute, 11*time.Second, 12*time.Second, 13*time.Second,
			web.SingleSignOn{Issuer: "https://login.example.nhs.uk/realm", ClientID: "id", ClientSecret: "hush", Name: "NHS CIS2", Scopes: []string{"openid", "nhsperson"},
				ACR: []string{"AAL2", "AAL3"}, AMR: []string{"mfa"}, OrganisationClaim: "org.code", StaffGroupClaim: "group", LinkByEmail: true, TrustEmail: true, Only: true})
		if got != want {
			t.Errorf("from %s\n got %s\nwant %s", source, got, want)
		}
	}
	if all := len(settingFlags(t)); len(values) != all {
		t.Errorf("this test sets %d of %d settings", len(values), all)
	}
}

func TestAFlagWinsOverItsVariable(t *testing.T) {
	s, err := load(t, []string{"--addr=127.0.0.1:1"}, []string{"GRASSROOTS_ADDR=127.0.0.1:2"})
	if err != nil || s.Addr != "127.0.0.1:1" {
		t.Errorf("address %q, error %v", s.Addr, err)
	}
}

func TestAnEmptyVariableCountsAsNotSet(t *testing.T) {
	s, err := load(t, nil, []string{"GRASSROOTS_ADDR=", "GRASSROOTS_DATABASE_URL=", "GRASSROOTS_DEMO="})
	if err != nil || s.Addr != "127.0.0.1:8080" || s.Postgres() {
		t.Errorf("settings %+v, error %v", s, err)
	}
}

func TestDemoIsSwitchedOnInTheUsualWays(t *testing.T) {
	for value, want := range map[string]bool{"1": true, "on": true, "TRUE": true, "yes": true, "0": false, "off": false, "false": false, "no": false} {
		if s, err := load(t, nil, []string{"GRASSROOTS_DEMO=" + value}); err != nil || s.Demo != want {
			t.Errorf("%s: demo %v, error %v", value, s.Demo, err)
		}
	}
}

func TestBadSettingsAreRefusedByName(t *testing.T) {
	postgres := []string{"GRASSROOTS_DATABASE_URL=postgres://app:pw@db/grassroots", "GRASSROOTS_SECRET=" + strong}
	issuer := []string{"GRASSROOTS_OIDC_ISSUER=https://id.nhs.uk", "GRASSROOTS_OIDC_CLIENT_ID=i", "GRASSROOTS_OIDC_CLIENT_SECRET=s"}
	for _, c := range []struct {
		name    string
		environ []string
		want    string
	}{
		{"misspelt name", []string{"GRASSROOTS_ADRR=x"}, "GRASSROOTS_ADRR is not a setting; did you mean GRASSROOTS_ADDR?"},
		{"misspelt name without a value", []string{"GRASSROOTS_SMPT_URL="}, "did you mean GRASSROOTS_SMTP_URL?"},
		{"address without a port", []string{"GRASSROOTS_ADDR=localhost"}, "GRASSROOTS_ADDR is"},
		{"port too high", []string{"GRASSROOTS_ADDR=localhost:65536"}, "GRASSROOTS_ADDR is"},
		{"named port", []string{"GRASSROOTS_ADDR=localhost:http"}, "GRASSROOTS_ADDR is"},
		{"address with a scheme", []string{"GRASSROOTS_ADDR=http://localhost:80"}, "GRASSROOTS_ADDR is"},
		{"base without a scheme", []string{"GRASSROOTS_BASE_URL=grassroots.nhs.uk"}, "GRASSROOTS_BASE_URL is"},
		{"base with a path", []string{"GRASSROOTS_BASE_URL=https://nhs.uk/grassroots"}, "GRASSROOTS_BASE_URL is"},
		{"base with a query", []string{"GRASSROOTS_BASE_URL=https://nhs.uk?x=1"}, "GRASSROOTS_BASE_URL is"},
		{"base with a bad port", []string{"GRASSROOTS_BASE_URL=https://nhs.uk:0"}, "GRASSROOTS_BASE_URL is"},
		{"exchange", []string{"GRASSROOTS_EXCHANGE_MAX_COPIES=-1"}, "GRASSROOTS_EXCHANGE_MAX_COPIES is -1"},
		{"people who are asked", []string{"GRASSROOTS_ASK_PEOPLE=11"}, "GRASSROOTS_ASK_PEOPLE is 11: it must be from 0 to 10"},
		{"days to respond", []string{"GRASSROOTS_RESPONSE_DAYS=61"}, "GRASSROOTS_RESPONSE_DAYS is 61"},
		{"asks a week", []string{"GRASSROOTS_ASKS_A_WEEK=-1"}, "GRASSROOTS_ASKS_A_WEEK is -1"},
		{"audit", []string{"GRASSROOTS_AUDIT_DAYS=-1"}, "GRASSROOTS_AUDIT_DAYS is -1"},
		{"level", []string{"GRASSROOTS_LOG=loud"}, `GRASSROOTS_LOG is "loud"`},
		{"another database", []string{"GRASSROOTS_DATABASE_URL=mysql://db/x", "GRASSROOTS_SECRET=" + strong}, "GRASSROOTS_DATABASE_URL must look like postgres://"},
		{"database without a host", []string{"GRASSROOTS_DATABASE_URL=postgres:///x", "GRASSROOTS_SECRET=" + strong}, "GRASSROOTS_DATABASE_URL must"},
		{"second replica", append([]string{"GRASSROOTS_DATABASE_REPLICA_URLS=postgres://r/x,r2"}, postgres...), "GRASSROOTS_DATABASE_REPLICA_URLS has an address (number 2)"},
		{"replicas alone", []string{"GRASSROOTS_DATABASE_REPLICA_URLS=postgres://r/x"}, "needs GRASSROOTS_DATABASE_URL"},
		{"meili", []string{"GRASSROOTS_MEILI_URL=meili:7700"}, "GRASSROOTS_MEILI_URL must"},
		{"meili key alone", []string{"GRASSROOTS_MEILI_KEY=k"}, "needs GRASSROOTS_MEILI_URL"},
		{"uploads", []string{"GRASSROOTS_UPLOADS_URL=/srv/uploads"}, "GRASSROOTS_UPLOADS_URL must"},
		{"uploads relative", []string{"GRASSROOTS_UPLOADS_URL=file://uploads"}, "GRASSROOTS_UPLOADS_URL must"},
		{"uploads without a bucket", []string{"GRASSROOTS_UPLOADS_URL=s3:///x"}, "GRASSROOTS_UPLOADS_URL must"},
		{"mail", []string{"GRASSROOTS_SMTP_URL=mail.nhs.uk:25"}, "GRASSROOTS_SMTP_URL must"},
		{"mail with a path", []string{"GRASSROOTS_SMTP_URL=smtp://mail.nhs.uk/x"}, "GRASSROOTS_SMTP_URL must"},
		{"mail with an unknown query", []string{"GRASSROOTS_SMTP_URL=smtp://mail.nhs.uk?tls=no"}, "GRASSROOTS_SMTP_URL must"},
		{"mail with a bad sender", []string{"GRASSROOTS_SMTP_URL=smtp://mail.nhs.uk?from=me"}, "GRASSROOTS_SMTP_URL must"},
		{"issuer alone", []string{"GRASSROOTS_OIDC_ISSUER=https://id.nhs.uk"}, "GRASSROOTS_OIDC_CLIENT_ID is needed with GRASSROOTS_OIDC_ISSUER; GRASSROOTS_OIDC_CLIENT_SECRET is needed"},
		{"client alone", []string{"GRASSROOTS_OIDC_CLIENT_ID=i"}, "needs GRASSROOTS_OIDC_ISSUER"},
		{"issuer over http", append([]string{}, "GRASSROOTS_OIDC_ISSUER=http://id.nhs.uk", issuer[1], issuer[2]), "GRASSROOTS_OIDC_ISSUER must begin with https://"},
		{"no time to read", []string{"GRASSROOTS_READ_TIMEOUT=0s"}, "GRASSROOTS_READ_TIMEOUT is 0s"},
		{"a day to write", []string{"GRASSROOTS_WRITE_TIMEOUT=24h"}, "GRASSROOTS_WRITE_TIMEOUT is 24h0m0s"},
		{"no time to idle", []string{"GRASSROOTS_IDLE_TIMEOUT=-1s"}, "GRASSROOTS_IDLE_TIMEOUT is -1s"},
		{"an idle time that is too long", []string{"GRASSROOTS_SESSION_IDLE=13h"}, "GRASSROOTS_SESSION_IDLE is 13h0m0s"},
		{"a limit below nothing", []string{"GRASSROOTS_LIMIT_WRITES=-1"}, "GRASSROOTS_LIMIT_WRITES is -1"},
		{"a proxy that is no network", []string{"GRASSROOTS_TRUSTED_PROXIES=10.0.0.0/8,proxy"}, `GRASSROOTS_TRUSTED_PROXIES has "proxy"`},
		{"a fresh time that is too short", []string{"GRASSROOTS_SESSION_FRESH=1s"}, "GRASSROOTS_SESSION_FRESH is 1s"},
		{"a fresh time that is too long", []string{"GRASSROOTS_SESSION_FRESH=13h"}, "GRASSROOTS_SESSION_FRESH is 13h0m0s"},
		{"an idle time that is too short", []string{"GRASSROOTS_SESSION_IDLE=5s"}, "GRASSROOTS_SESSION_IDLE is 5s"},
		{"a life that is too long", []string{"GRASSROOTS_SESSION_LIFE=1000h"}, "GRASSROOTS_SESSION_LIFE is"},
		{"only without an issuer", []string{"GRASSROOTS_OIDC_ONLY=1"}, "GRASSROOTS_OIDC_ONLY needs GRASSROOTS_OIDC_ISSUER"},
		{"issuer", append([]string{}, "GRASSROOTS_OIDC_ISSUER=id.nhs.uk", issuer[1], issuer[2]), "GRASSROOTS_OIDC_ISSUER must"},
		{"everybody", []string{"GRASSROOTS_EMAIL_DOMAINS=*"}, `GRASSROOTS_EMAIL_DOMAINS has "*"`},
		{"a whole country", []string{"GRASSROOTS_EMAIL_DOMAINS=nhs.net,*.uk"}, `GRASSROOTS_EMAIL_DOMAINS has "*.uk"`},
		{"an address for a domain", []string{"GRASSROOTS_EMAIL_DOMAINS=me@nhs.net"}, "GRASSROOTS_EMAIL_DOMAINS has"},
		{"a star inside", []string{"GRASSROOTS_EMAIL_DOMAINS=a.*.nhs.uk"}, "GRASSROOTS_EMAIL_DOMAINS has"},
		{"secret too short", []string{"GRASSROOTS_SECRET=short"}, "GRASSROOTS_SECRET is too short"},
		{"no secret on Postgres", postgres[:1], "GRASSROOTS_SECRET is required with Postgres"},
		{"demo", []string{"GRASSROOTS_DEMO=maybe"}, `GRASSROOTS_DEMO is "maybe"`},
		{"demo on Postgres", append([]string{"GRASSROOTS_DEMO=1"}, postgres...), "GRASSROOTS_DEMO lets anyone sign in, so it is refused with Postgres"},
		{"demo with single sign-on", append([]string{"GRASSROOTS_DEMO=1"}, issuer...), "refused with single sign-on"},
		{"two at once", []string{"GRASSROOTS_LOG=loud", "GRASSROOTS_ADDR=x"}, `such as 127.0.0.1:8080; GRASSROOTS_LOG is "loud"`},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := load(t, nil, c.environ)
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Fatalf("error %v does not say %q", err, c.want)
			}
			if exitCode(err) != exitUsage {
				t.Errorf("exit code %d", exitCode(err))
			}
		})
	}
}

func TestABadFlagIsNamedAsTheFlag(t *testing.T) {
	_, err := load(t, []string{"--meili-url=x"}, []string{"GRASSROOTS_ADDR=y"})
	if err == nil || !strings.Contains(err.Error(), "--meili-url must") || !strings.Contains(err.Error(), "GRASSROOTS_ADDR is") {
		t.Errorf("error is %v", err)
	}
}

func TestAnErrorNeverHoldsASecret(t *testing.T) {
	const password = "hunter2"
	_, err := load(t, nil, []string{
		"GRASSROOTS_DATABASE_URL=mysql://u:" + password + "@h/x",
		"GRASSROOTS_DATABASE_REPLICA_URLS=postgres://u:" + password + "@:x:/",
		"GRASSROOTS_SMTP_URL=smtp://u:" + password + "@/%zz",
		"GRASSROOTS_SECRET=" + password,
		"GRASSROOTS_MEILI_URL=http://u:" + password + "@h",
		"GRASSROOTS_UPLOADS_URL=ftp://u:" + password + "@h",
	})
	if err == nil || strings.Contains(err.Error(), password) {
		t.Errorf("error is %v", err)
	}
}

func TestASecretIsNeverShown(t *testing.T) {
	s := Settings{Secret: strong, SMTPURL: strong, DatabaseReplicaURLs: []Secret{strong}}
	encoded, err := json.Marshal(s)
	if err != nil {
		t.Fatal(err)
	}
	var log bytes.Buffer
	slog.New(slog.NewJSONHandler(&log, nil)).Info("x", "secret", s.Secret, "settings", s)
	slog.New(slog.NewTextHandler(&log, nil)).Info("x", "secret", s.Secret, "settings", s)
	shown := fmt.Sprintf("%v %+v %#v %s %q", s, s, s, s.Secret, s.Secret) + string(encoded) + log.String()
	if strings.Contains(shown, strong) {
		t.Errorf("shown: %s", shown)
	}
	if s.Secret.Reveal() != strong || Secret("").String() != "" {
		t.Error("a secret is not itself")
	}
}

func TestTheFileAddsWhatTheProcessLeavesUnset(t *testing.T) {
	file := filepath.Join(t.TempDir(), "settings.env")
	content := "# ours\nexport GRASSROOTS_LOG=debug\nGRASSROOTS_ADDR='127.0.0.1:1'\nPOSTGRES_PASSWORD=other\n"
	if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	variables, err := readEnvironment([]string{"GRASSROOTS_ADDR=127.0.0.1:2", "HOME=/"}, file)
	if err != nil {
		t.Fatal(err)
	}
	s, err := loadFrom(t, nil, variables)
	if err != nil || s.Log != "debug" || s.Addr != "127.0.0.1:2" {
		t.Errorf("settings %+v, error %v", s, err)
	}
}

func TestAMistakeInTheFileNamesTheFile(t *testing.T) {
	file := filepath.Join(t.TempDir(), "settings.env")
	for content, want := range map[string]string{
		"GRASSROOTS_ADRR=x\n":          "GRASSROOTS_ADRR in " + file + " is not a setting",
		"GRASSROOTS_LOG=loud\n":        "GRASSROOTS_LOG in " + file + ` is "loud"`,
		"\nGRASSROOTS_SECRET hunter2":  "line 2 of " + file + " is not of the form NAME=value",
		"GRASSROOTS_SECRET='hunter2\n": file + " cannot be read",
	} {
		if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		variables, err := readEnvironment(nil, file)
		if err == nil {
			_, err = loadFrom(t, nil, variables)
		}
		if err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("error %v does not say %q", err, want)
		}
	}
}

func TestInProductionTheFileIsNotRead(t *testing.T) {
	file := filepath.Join(t.TempDir(), "settings.env")
	if err := os.WriteFile(file, []byte("GRASSROOTS_DEMO=1\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	variables, err := readEnvironment([]string{"GRASSROOTS_DATABASE_URL=postgres://db/x", "GRASSROOTS_SECRET=" + strong}, file)
	if err != nil {
		t.Fatal(err)
	}
	if s, err := loadFrom(t, nil, variables); err != nil || s.Demo {
		t.Errorf("settings %+v, error %v", s, err)
	}
}

func TestNamesThatOnlyTestsReadAreAllowed(t *testing.T) {
	if _, err := load(t, nil, []string{"GRASSROOTS_TEST_POSTGRES_URL=postgres://x"}); err != nil {
		t.Error(err)
	}
}

func TestThePublicAddress(t *testing.T) {
	for _, c := range []struct{ base, listening, want string }{
		{"https://g.nhs.uk", "127.0.0.1:80", "https://g.nhs.uk"},
		{"", "127.0.0.1:8080", "http://127.0.0.1:8080"},
		{"", "0.0.0.0:8080", "http://127.0.0.1:8080"},
		{"", ":8080", "http://127.0.0.1:8080"},
		{"", "[::]:8080", "http://127.0.0.1:8080"},
		{"", "[::1]:8080", "http://[::1]:8080"},
		{"", "ward-server:8080", "http://ward-server:8080"},
	} {
		if got := (Settings{BaseURL: c.base}).PublicURL(c.listening); got != c.want {
			t.Errorf("%q on %q: %s, want %s", c.base, c.listening, got, c.want)
		}
	}
}

func TestTheSenderOfEmail(t *testing.T) {
	for server, want := range map[Secret]string{
		"": "grassroots@g.nhs.uk",
		"smtp://mail.nhs.uk:25?from=ideas@trust.nhs.uk":     "ideas@trust.nhs.uk",
		"smtp://ideas%40nhs.net:pw@send.nhs.net:587":        "ideas@nhs.net",
		"smtp://relay:pw@mail.nhs.uk:587":                   "grassroots@g.nhs.uk",
		"smtp://a%40nhs.net:pw@send.nhs.net?from=b@nhs.net": "b@nhs.net",
	} {
		s := Settings{SMTPURL: server}
		if server != "" && !validSMTP(server) {
			t.Errorf("%s is refused", server.Reveal())
		}
		if got := s.MailFrom("https://g.nhs.uk:8443"); got != want {
			t.Errorf("%s: %s, want %s", server.Reveal(), got, want)
		}
	}
}

func TestUploadsGoToTheDataFolderUnlessTold(t *testing.T) {
	folder := t.TempDir()
	if got, err := (Settings{DataDir: folder}).Uploads(); err != nil || got != "file://"+filepath.ToSlash(folder)+"/uploads" {
		t.Errorf("%s, error %v", got, err)
	}
	if got, err := (Settings{UploadsURL: "s3://bucket"}).Uploads(); err != nil || got != "s3://bucket" {
		t.Errorf("%s, error %v", got, err)
	}
}

func TestWhatIsSeldomMeantIsWarnedOf(t *testing.T) {
	production := Settings{Addr: "0.0.0.0:8080", DatabaseURL: "postgres://db/x", BaseURL: "https://g.nhs.uk", SMTPURL: "smtp://m"}
	bare, plain, locked, open := production, production, production, production
	open.AllowPrivateAddresses = true
	bare.BaseURL, plain.BaseURL, locked.SMTPURL = "", "http://g.nhs.uk", ""
	for _, c := range []struct {
		name string
		s    Settings
		want string
	}{
		{"production", production, ""},
		{"no public address", bare, "GRASSROOTS_BASE_URL is not set"},
		{"no https", plain, "does not begin with https://"},
		{"no way to sign in", locked, "nobody is sent the link"},
		{"requests to everywhere", open, "only it can reach"},
		{"demo for all", Settings{Addr: ":8080", Demo: true}, "anyone who does can sign in"},
		{"demo at home", Settings{Addr: "127.0.0.1:8080", Demo: true}, ""},
	} {
		got := strings.Join(c.s.Warnings(), "; ")
		if (c.want == "") != (got == "") || !strings.Contains(got, c.want) {
			t.Errorf("%s: warnings %q, want %q", c.name, got, c.want)
		}
	}
}

func TestTheSecretIsMadeOnceAndKept(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "new", "data")
	s := Settings{DataDir: folder}
	secrets := make([]Secret, 20)
	var group sync.WaitGroup
	for i := range secrets {
		group.Go(func() {
			secret, err := s.SigningSecret()
			if err != nil {
				t.Error(err)
			}
			secrets[i] = secret
		})
	}
	group.Wait()
	for _, secret := range secrets {
		if secret != secrets[0] || len(secret) < minSecretLength {
			t.Fatal("programs that start together have different secrets, or short ones")
		}
	}
	files, err := os.ReadDir(folder)
	if err != nil || len(files) != 1 {
		t.Fatalf("the folder holds %v, error %v", files, err)
	}
	if info, err := files[0].Info(); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the file has mode %v, error %v", info.Mode(), err)
	}
	other, err := Settings{DataDir: t.TempDir()}.SigningSecret()
	if err != nil || other == secrets[0] {
		t.Errorf("two installations share a secret, or error %v", err)
	}
}

func TestASecretThatIsSetIsUsed(t *testing.T) {
	s := Settings{DataDir: filepath.Join(t.TempDir(), "unused"), Secret: strong}
	if secret, err := s.SigningSecret(); err != nil || secret != strong {
		t.Errorf("secret %q, error %v", secret.Reveal(), err)
	}
	if _, err := os.Stat(s.DataDir); err == nil {
		t.Error("a folder was made for a secret that was set")
	}
}

func TestADamagedSecretFileIsNamed(t *testing.T) {
	folder := t.TempDir()
	path := filepath.Join(folder, secretFileName)
	if err := os.WriteFile(path, []byte("cut"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := (Settings{DataDir: folder}).SigningSecret(); err == nil || !strings.Contains(err.Error(), path) {
		t.Errorf("error is %v", err)
	}
}
