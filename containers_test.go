package grassroots_test

import (
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

// composeFile is the part of docker-compose.yml that the rules below are about.
type composeFile struct {
	Services map[string]composeService
	Networks map[string]struct{ Internal bool }
	Volumes  map[string]any
}

type composeService struct {
	Image       string
	User        string
	ReadOnly    bool     `yaml:"read_only"`
	Privileged  bool     `yaml:"privileged"`
	Drop        []string `yaml:"cap_drop"`
	Add         []string `yaml:"cap_add"`
	Security    []string `yaml:"security_opt"`
	Ports       []string
	Networks    []string
	Volumes     []string
	Tmpfs       []string
	Environment map[string]string
	Healthcheck struct {
		Test    []string
		Disable bool
	}
	DependsOn map[string]struct{ Condition string } `yaml:"depends_on"`
}

func readCompose(t *testing.T) composeFile {
	t.Helper()
	content, err := os.ReadFile("docker-compose.yml")
	if err != nil {
		t.Fatal(err)
	}
	var file composeFile
	if err := yaml.Unmarshal(content, &file); err != nil {
		t.Fatalf("docker-compose.yml: %v", err)
	}
	return file
}

func TestComposeRunsEveryServiceLockedDown(t *testing.T) {
	file := readCompose(t)
	if got := slices.Sorted(maps.Keys(file.Services)); !slices.Equal(got, []string{"app", "meilisearch", "migrate", "postgres"}) {
		t.Fatalf("services are %v", got)
	}
	for name, service := range file.Services {
		if !service.ReadOnly || service.Privileged || !slices.Equal(service.Drop, []string{"ALL"}) || len(service.Add) > 0 ||
			!slices.Contains(service.Security, "no-new-privileges:true") || len(service.Tmpfs) == 0 {
			t.Errorf("%s may do more than it has to: %+v", name, service)
		}
		if name != "app" && (len(service.Ports) > 0 || !slices.Equal(service.Networks, []string{"inside"})) {
			t.Errorf("%s can be reached from outside", name)
		}
		if !regexp.MustCompile(`:(v?\d[\w.-]*|\$\{APP_VERSION:-local\})$`).MatchString(service.Image) {
			t.Errorf("%s has an image without a version: %s", name, service.Image)
		}
		for _, volume := range service.Volumes {
			if _, named := file.Volumes[strings.Split(volume, ":")[0]]; !named {
				t.Errorf("%s keeps data in %s, which is no named volume", name, volume)
			}
		}
	}
	if !file.Networks["inside"].Internal {
		t.Error("the servers' network leads outside")
	}
	for _, port := range file.Services["app"].Ports {
		if !strings.HasPrefix(port, "${PUBLISH:-127.0.0.1:") {
			t.Errorf("the app is open to the network by default: %s", port)
		}
	}
}

func TestComposeWaitsForWhatItNeeds(t *testing.T) {
	services := readCompose(t).Services
	for _, server := range []string{"postgres", "meilisearch"} {
		if len(services[server].Healthcheck.Test) == 0 {
			t.Errorf("%s has no health check", server)
		}
	}
	if !services["migrate"].Healthcheck.Disable {
		t.Error("migrate does not serve, so the image's health check must be off")
	}
	for of, on := range map[string]string{
		"app migrate":      "service_completed_successfully",
		"app postgres":     "service_healthy",
		"app meilisearch":  "service_started",
		"migrate postgres": "service_healthy",
	} {
		names := strings.Fields(of)
		if got := services[names[0]].DependsOn[names[1]].Condition; got != on {
			t.Errorf("%s waits for %s until %q, want %q", names[0], names[1], got, on)
		}
	}
}

func TestComposeHasNoDefaultPassword(t *testing.T) {
	secret := regexp.MustCompile(`PASSWORD|SECRET|KEY|DATABASE_URL`)
	given := regexp.MustCompile(`\$\{\w+:\?[^}]+\}|\$\{\w+:-\}`)
	seen := 0
	for name, service := range readCompose(t).Services {
		for variable, value := range service.Environment {
			if !secret.MatchString(variable) {
				continue
			}
			seen++
			if !given.MatchString(value) {
				t.Errorf("%s: %s is not taken from whoever starts it: %s", name, variable, value)
			}
		}
	}
	if seen < 5 {
		t.Errorf("only %d secrets seen", seen)
	}
}

func TestTheImageIsPinnedAndHasNoRoot(t *testing.T) {
	content, err := os.ReadFile("Dockerfile")
	if err != nil {
		t.Fatal(err)
	}
	froms := regexp.MustCompile(`(?m)^FROM (\S+)`).FindAllStringSubmatch(string(content), -1)
	if len(froms) != 3 || froms[2][1] != "scratch" {
		t.Fatalf("stages are %v", froms)
	}
	for _, from := range froms[:2] {
		if !regexp.MustCompile(`:\d+\.\d+\.\d+`).MatchString(from[1]) {
			t.Errorf("%s is not pinned to a version", from[1])
		}
	}
	_, last, _ := strings.Cut(string(content), "FROM scratch")
	for _, want := range []string{"\nUSER 65532:65532\n", "\nHEALTHCHECK ", `["/grassroots", "ready"]`, "\nVOLUME /data\n", "\nEXPOSE 8080\n", `ENTRYPOINT ["/grassroots"]`} {
		if !strings.Contains(last, want) {
			t.Errorf("the last stage lacks %q", want)
		}
	}
}

func TestTheImageIsBuiltByTheModulesOwnGo(t *testing.T) {
	read := func(file, expression string) string {
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		found := regexp.MustCompile(expression).FindSubmatch(content)
		if found == nil {
			t.Fatalf("%s names no version of Go", file)
		}
		return string(found[1])
	}
	wanted, built := read("go.mod", `(?m)^go (\d+\.\d+)`), read("Dockerfile", `FROM golang:(\d+\.\d+)`)
	if wanted != built {
		t.Errorf("go.mod asks for Go %s, the image is built with %s", wanted, built)
	}
}
